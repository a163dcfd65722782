using System.Diagnostics.CodeAnalysis;

namespace Broker.Grains.Credentials;

/// <summary>
/// One role's credentials: the snapshot, the one refresh in flight, its schedule, its failures. Knows nothing of Orleans.
/// Must be used by one turn at a time, as in a grain; every await here gives the turn up, so state is read again after it.
/// </summary>
/// <param name="schedule">When to renew.</param>
/// <param name="source">Mints credentials.</param>
/// <param name="clock">The time.</param>
/// <param name="random">Uniform in [0, 1), for the back-off.</param>
/// <param name="changed">Told after each refresh and each <see cref="Reset"/>, so that the owner can arm its timer.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A source of cancellation without a timer or a handle has nothing to dispose.")]
sealed class CredentialCache(RefreshSchedule schedule, ICredentialSource source, TimeProvider clock, Func<double> random, Action changed)
{
    /// <summary>Uniform in [0, 1), for the back-off of all.</summary>
    public static readonly Func<double> Chance = Random.Shared.NextDouble;

    Task _flight = Task.CompletedTask;
    Task _dropped = Task.CompletedTask;
    CancellationTokenSource _wanted = new();
    CancellationTokenSource? _patience;
    int _generation;
    int _failures;
    DateTimeOffset _lastUsed = clock.GetUtcNow();
    DateTimeOffset _lastAsked = DateTimeOffset.MinValue;
    DateTimeOffset _lastForced = DateTimeOffset.MinValue;

    /// <summary>What is served now; null before the first refresh.</summary>
    public CredentialSnapshot? Snapshot { get; private set; }

    /// <summary>The last refresh's failure; null when it succeeded.</summary>
    public RefreshFailure? Failure { get; private set; }

    /// <summary>Whether a refresh is under way.</summary>
    public bool Refreshing => !_flight.IsCompleted;

    /// <summary>
    /// Credentials with at least <paramref name="minRemaining"/> left. Fresh and stale ones at once; otherwise after the one
    /// refresh in flight, within <see cref="RefreshSchedule.CallerPatience"/>. Cancellation ends the wait, not the refresh.
    /// </summary>
    /// <exception cref="BrokerException">There is nothing to serve.</exception>
    public ValueTask<CredentialSnapshot> GetAsync(TimeSpan minRemaining, CancellationToken cancellationToken)
    {
        var now = Asked();
        if (Snapshot is not { } snapshot || !snapshot.Suffices(minRemaining, now)) return new(WaitAsync(minRemaining, cancellationToken));
        if (schedule.AdvisoryRefreshNeeded(snapshot, now) && !BackingOff(now)) Refresh(callerWaits: false);
        return new(snapshot);
    }

    /// <summary>Takes credentials that outlived the process, unless they are too old to serve.</summary>
    public void Restore(CredentialSnapshot snapshot)
    {
        if (snapshot.Remaining(clock.GetUtcNow()) >= CredentialSnapshot.ServiceFloor) Snapshot = snapshot;
    }

    /// <summary>
    /// Drops everything, and what a refresh in flight will bring: nothing that was begun before is served after.
    /// </summary>
    /// <param name="newSchedule">The schedule from now on.</param>
    public void Reset(RefreshSchedule newSchedule)
    {
        var dropped = _wanted;
        schedule = newSchedule;
        Snapshot = null;
        _generation++;
        _wanted = new();
        if (!_flight.IsCompleted) _dropped = Task.WhenAll(_dropped, _flight);
        _flight = Task.CompletedTask;
        Forget();
        // Last of the state: whoever waits may run within this call, and begin the refresh that replaces the dropped one.
        dropped.Cancel();
        changed();
    }

    /// <summary>Keeps the snapshot, renews it by another schedule, and forgets the last failure.</summary>
    public void Reschedule(RefreshSchedule newSchedule)
    {
        schedule = newSchedule;
        Forget();
        changed();
    }

    /// <summary>Mints now, or joins the refresh in flight, whatever is cached.</summary>
    /// <exception cref="BrokerException">The refresh failed, or takes longer than <see cref="RefreshSchedule.CallerPatience"/>.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        Asked();
        Forget();
        try { await Refresh(callerWaits: true).WaitAsync(RefreshSchedule.CallerPatience, clock, cancellationToken); }
        catch (TimeoutException) { throw Late(); }
        if (Failure is { } failure) throw failure.Error;
    }

    /// <summary>
    /// Waits for what is in flight, dropped or not: what it brings is worth keeping when the owner ends, and whoever asks
    /// what was issued must know of it.
    /// </summary>
    public Task CompleteFlightsAsync(CancellationToken cancellationToken) => Task.WhenAll(_dropped, _flight).WaitAsync(cancellationToken);

    /// <summary>When the owner's timer is due; null when nothing is to be renewed.</summary>
    public DateTimeOffset? NextRefresh()
    {
        var now = clock.GetUtcNow();
        if (Snapshot is not { } snapshot || snapshot.Expiration <= now || !RefreshSchedule.InUse(snapshot, _lastUsed, now)) return null;
        var due = schedule.AdvisoryRefreshAt(snapshot);
        return Failure is { } failure && failure.BackgroundRetryAt > due ? failure.BackgroundRetryAt : due;
    }

    /// <summary>
    /// Whether it is in use and its callers wait for a renewal that has not come. Told to any thread, for metrics: an answer
    /// from between two turns does no harm.
    /// </summary>
    public bool Overdue(DateTimeOffset now) => Snapshot is { } snapshot && snapshot.RefreshIsMandatory(now) && RefreshSchedule.InUse(snapshot, _lastUsed, now);

    /// <summary>The owner's timer fired: renews what is due and in use. Completes with the refresh.</summary>
    public Task RefreshIfDueAsync()
    {
        var now = clock.GetUtcNow();
        return NextRefresh() is { } due && due <= now ? Refresh(callerWaits: NextCallerWouldWait(Snapshot!, now)) : Task.CompletedTask;
    }

    /// <summary>Counts as a use. Renews what is due, and mints where there is nothing to renew, unless that has just failed.</summary>
    public Task KeepWarmAsync()
    {
        var now = _lastUsed = clock.GetUtcNow();
        if (NextRefresh() is not null) return RefreshIfDueAsync();
        return Failure is { } failure && now < failure.BackgroundRetryAt ? Task.CompletedTask : Refresh(callerWaits: false);
    }

    DateTimeOffset Asked() => _lastAsked = _lastUsed = clock.GetUtcNow();

    bool NextCallerWouldWait(CredentialSnapshot snapshot, DateTimeOffset now) =>
        snapshot.RefreshIsMandatory(now) && RefreshSchedule.InUse(snapshot, _lastAsked, now);

    async Task<CredentialSnapshot> WaitAsync(TimeSpan minRemaining, CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + RefreshSchedule.CallerPatience;
        for (var now = clock.GetUtcNow(); now < deadline; now = clock.GetUtcNow())
        {
            if (Snapshot is { } snapshot && snapshot.Suffices(minRemaining, now)) return snapshot;
            if (!MayRefresh(now)) break;
            var generation = _generation;
            try { await Refresh(callerWaits: true).WaitAsync(deadline - now, clock, cancellationToken); }
            catch (TimeoutException) { break; }
            // One attempt for each caller, unless a Reset has dropped what it brought.
            if (generation == _generation) break;
        }
        return OldSnapshotOrFailure(minRemaining);
    }

    /// <summary>While the snapshot lives, a caller's own demand may force a renewal only so often; a flight is always joined.</summary>
    bool MayRefresh(DateTimeOffset now)
    {
        if (Refreshing) return true;
        if (BackingOff(now)) return false;
        var forced = Snapshot is { } snapshot && !snapshot.RefreshIsMandatory(now);
        if (!forced) return true;
        if (now - _lastForced < RefreshSchedule.ForcedInterval) return false;
        _lastForced = now;
        return true;
    }

    CredentialSnapshot OldSnapshotOrFailure(TimeSpan minRemaining)
    {
        if (Failure is { Recoverable: false }) throw Failure.Error;
        var remaining = Snapshot?.Remaining(clock.GetUtcNow()) ?? TimeSpan.Zero;
        if (remaining >= CredentialSnapshot.ServiceFloor && remaining >= minRemaining) return Snapshot!;
        throw Failure?.Error ?? Late();
    }

    void Forget() => (Failure, _failures) = (null, 0);

    static BrokerException Late() =>
        new(ErrorCode.StsUnavailable, "No credentials with enough life left can be had at the moment.") { RetryAfter = TimeSpan.FromSeconds(1) };

    bool BackingOff(DateTimeOffset now) => Failure is { } failure && failure.BackingOff(now);

    /// <summary>Joins the refresh in flight or begins one. A flight never fails: it leaves a snapshot or a failure.</summary>
    Task Refresh(bool callerWaits)
    {
        if (_flight.IsCompleted) return _flight = FlyAsync(callerWaits, _generation);
        if (callerWaits) _patience?.Cancel();
        return _flight;
    }

    async Task FlyAsync(bool callerWaits, int generation)
    {
        CredentialSnapshot? minted = null;
        BrokerException? error = null;
        try { minted = callerWaits ? await source.MintAsync(callerWaits, _wanted.Token) : await MintWithPatienceAsync(_wanted.Token); }
        catch (BrokerException e) { error = e; }
        if (generation != _generation) return;
        if (minted is not null) Publish(minted);
        else Fail(error!);
        changed();
    }

    /// <summary>In the renewals' turn; from when on a caller waits for it, in the callers', which comes sooner.</summary>
    async Task<CredentialSnapshot> MintWithPatienceAsync(CancellationToken wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(wanted);
        _patience = patience;
        try { return await source.MintAsync(callerWaits: false, patience.Token); }
        catch (BrokerException e) when (e.Code == ErrorCode.Unavailable && patience.IsCancellationRequested && !wanted.IsCancellationRequested) { }
        finally { if (_patience == patience) _patience = null; }
        return await source.MintAsync(callerWaits: true, wanted);
    }

    void Publish(CredentialSnapshot minted)
    {
        Snapshot = minted;
        Forget();
    }

    void Fail(BrokerException error) =>
        Failure = RefreshFailure.After(error, ++_failures, random(), clock.GetUtcNow());
}
