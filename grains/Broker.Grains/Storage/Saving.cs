using Orleans.Runtime;
using Orleans.Storage;

namespace Broker.Grains.Storage;

/// <summary>Writes persistent state so that a failure changes nothing.</summary>
static class Saving
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Writes the next state. When that fails the state in memory is the present one again, so nothing is half-written:
    /// the caller publishes only after this returns.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="next">What it becomes.</param>
    /// <exception cref="BrokerException">
    /// <see cref="ErrorCode.StorageUnavailable"/>, or <see cref="ErrorCode.Unavailable"/> when another activation wrote first:
    /// Orleans then ends this one, and the next call reads what stands.
    /// </exception>
    public static async Task SaveAsync<TState>(this IPersistentState<TState> state, TState next)
    {
        var present = state.State;
        state.State = next;
        var saved = false;
        try
        {
            await state.WriteStateAsync();
            saved = true;
        }
        catch (InconsistentStateException)
        {
            throw new BrokerException(ErrorCode.Unavailable, "It was changed elsewhere at the same time. Try again.") { RetryAfter = RetryAfter };
        }
        // Orleans wraps what its storage throws.
        catch (OrleansException e) when (BrokerException.Within(e) is { } failure)
        {
            throw failure;
        }
        finally
        {
            if (!saved) state.State = present;
        }
    }
}
