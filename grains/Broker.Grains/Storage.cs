using Orleans.Storage;

namespace Broker.Grains;

/// <summary>Writes persistent state, and turns what the storage throws into errors that may cross silos.</summary>
static class Storage
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Writes the next state. When that fails the state in memory is the present one again, so nothing is half-written:
    /// the caller publishes only after this returns.
    /// </summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.StorageUnavailable"/>, or <see cref="ErrorCode.Unavailable"/> after a conflict.</exception>
    public static async Task SaveAsync<TState>(this IPersistentState<TState> state, TState next, Action onConflict)
    {
        var present = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            state.State = present;
            // Another activation wrote: what this one holds in memory is old.
            onConflict();
            throw new BrokerException(ErrorCode.Unavailable, "It was changed elsewhere at the same time. Try again.") { RetryAfter = RetryAfter };
        }
        // Providers throw whatever their driver throws.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            state.State = present;
            throw new BrokerException(ErrorCode.StorageUnavailable, "The database cannot be reached. Nothing was changed.") { RetryAfter = RetryAfter };
        }
    }
}
