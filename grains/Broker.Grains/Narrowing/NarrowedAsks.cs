namespace Broker.Grains.Narrowing;

/// <summary>
/// What a role's grain has asked of its narrowed sessions: the asks under way, and which sessions may be minting. When the
/// role stops vending, both must come to rest before anybody can say what was issued. Used by one turn at a time.
/// </summary>
sealed class NarrowedAsks(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Longer than any attempt: a place in the rate, a call of STS, and one more after a clock error.</summary>
    static readonly TimeSpan LongestMint = TimeSpan.FromSeconds(30);

    const int KeysBeforeForgetting = 1000;

    readonly HashSet<Task> _underWay = [];
    readonly Dictionary<string, DateTimeOffset> _lastAsked = [];

    public async Task<CredentialSnapshot> AskAsync(NarrowedSession session, TimeSpan minRemaining, CancellationToken cancellationToken)
    {
        var ask = Grain(session.GrainKey).Get(session, minRemaining, cancellationToken);
        _underWay.Add(ask);
        var minted = true;
        try { return await ask; }
        catch (BrokerException e) when (e.Code == ErrorCode.RateLimited)
        {
            minted = false;
            throw;
        }
        finally
        {
            _underWay.Remove(ask);
            // A caller may have gone before the mint that it began.
            if (minted) Note(session.GrainKey);
        }
    }

    /// <summary>Waits for the asks under way, drops what the sessions hold, and waits for what they were minting.</summary>
    public async Task DropAsync(CancellationToken cancellationToken)
    {
        // How an ask ends is its caller's matter.
        foreach (var ask in _underWay.ToList())
            await ask.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await Task.WhenAll(_lastAsked.Keys.ToList().ConvertAll(key => Grain(key).Drop(cancellationToken)));
    }

    void Note(string key)
    {
        var now = clock.GetUtcNow();
        _lastAsked[key] = now;
        if (_lastAsked.Count % KeysBeforeForgetting != 0) return;
        foreach (var old in _lastAsked.Where(a => now - a.Value > LongestMint).Select(a => a.Key).ToList()) _lastAsked.Remove(old);
    }

    INarrowedCredentialsGrain Grain(string key) => grains.GetGrain<INarrowedCredentialsGrain>(key);
}
