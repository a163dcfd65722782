using Broker.Grains.Credentials;
using Broker.Grains.Minting;

namespace Broker.Grains.Narrowing;

/// <summary>One narrowed session, in memory only: it is renewed while it is asked for, and forgotten soon after.</summary>
[GrainType("narrowed-credentials"), CollectionAgeLimit(Minutes = 5)]
sealed class NarrowedCredentialsGrain(SessionMint mint, TimeProvider clock) : Grain, INarrowedCredentialsGrain, ICredentialSource
{
    NarrowedSession _session = null!;
    SessionTerms _terms = null!;
    CredentialCache? _cache;
    bool _admitted;

    string Key => this.GetPrimaryKeyString();

    INarrowedLimitsGrain Limits => GrainFactory.GetGrain<INarrowedLimitsGrain>($"m/{_session.Role.Key.Tenant}");

    public async Task<CredentialSnapshot> Get(NarrowedSession session, TimeSpan minRemaining, CancellationToken cancellationToken)
    {
        var cache = Bind(session);
        while (true)
        {
            var snapshot = await GetAsync(cache, minRemaining, cancellationToken);
            if (ReferenceEquals(snapshot, cache.Snapshot)) return snapshot;
        }
    }

    public Task Drop(CancellationToken cancellationToken)
    {
        if (_cache is null)
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
        _cache.Reset(Schedule());
        return _cache.CompleteFlightsAsync(cancellationToken);
    }

    async Task<CredentialSnapshot> GetAsync(CredentialCache cache, TimeSpan minRemaining, CancellationToken cancellationToken)
    {
        try { return await cache.GetAsync(minRemaining, cancellationToken); }
        catch (BrokerException e) when (e.Code == ErrorCode.RateLimited && cache is { Snapshot: null, Refreshing: false })
        {
            // Whoever asks for ever new narrowings is refused most of them; the refused shall not fill the memory.
            DeactivateOnIdle();
            throw;
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _admitted ? Limits.Release(Key) : Task.CompletedTask;

    async Task<CredentialSnapshot> ICredentialSource.MintAsync(bool callerWaits, CancellationToken dropped)
    {
        var (terms, limits) = (_terms, _session.Tenant.Definition.Limits);
        await Limits.Admit(Key, limits.NarrowedSessions, clock.GetUtcNow().AddSeconds(terms.DurationSeconds));
        _admitted = true;
        return await mint.MintAsync(terms, callerWaits, dropped);
    }

    /// <summary>Takes newer settings; what was minted under other terms is dropped. Older ones than the known change nothing.</summary>
    CredentialCache Bind(NarrowedSession session)
    {
        if (_cache is not null && !session.Role.IsNewerThan(_session.Role) && session.Tenant.Version <= _session.Tenant.Version) return _cache;
        var terms = session.Terms();
        var before = _cache is null ? null : _terms;
        (_session, _terms) = (session, terms);
        if (_cache is null) _cache = new(Schedule(), this, clock, CredentialCache.Chance, static () => { });
        else if (before?.Fingerprint != terms.Fingerprint) _cache.Reset(Schedule());
        return _cache;
    }

    RefreshSchedule Schedule() => new(Key, TimeSpan.Zero);
}
