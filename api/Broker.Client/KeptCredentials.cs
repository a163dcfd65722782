namespace Broker.Client;

/// <summary>The credentials that are kept, and the one request for new ones.</summary>
/// <param name="ask">Asks the broker.</param>
/// <param name="clock">The time.</param>
sealed class KeptCredentials(Func<Task<RoleCredentials>> ask, TimeProvider clock)
{
    /// <summary>What is due is not asked for all the time, whether the broker fails or has no newer ones yet.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    RoleCredentials? _kept;
    Task<RoleCredentials>? _asking;
    DateTimeOffset _notBefore;

    /// <summary>Those that are kept while they are fresh; old ones while new ones are fetched; new ones.</summary>
    public ValueTask<RoleCredentials> GetAsync(CancellationToken cancellationToken)
    {
        var (kept, now) = (_kept, clock.GetUtcNow());
        if (kept is null || !kept.IsUsable(now)) return new(Begin().WaitAsync(cancellationToken));
        if (kept.IsDue(now) && now >= _notBefore) _ = Begin();
        return new(kept);
    }

    /// <summary>The request that goes on, or a new one.</summary>
    Task<RoleCredentials> Begin()
    {
        lock (_gate) return _asking is { IsCompleted: false } ? _asking : _asking = AskAsync();
    }

    async Task<RoleCredentials> AskAsync()
    {
        // Nobody waits for it while a lock is held.
        await Task.Yield();
        try { return _kept = await ask().ConfigureAwait(false); }
        // What the broker has ended is not gone on with.
        catch (BrokerProblemException e) when (!e.IsTransient)
        {
            _kept = null;
            throw;
        }
        finally { _notBefore = clock.GetUtcNow() + Pause; }
    }
}
