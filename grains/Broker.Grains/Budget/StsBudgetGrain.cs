using Broker.Grains.Telemetry;

namespace Broker.Grains.Budget;

/// <summary>
/// The account's AssumeRole rate. Whoever reserves waits here, so a place is given to somebody who is still there; what a
/// caller loses on its way is one place, and its wait ends with its patience. Volatile: after a move it allows one burst more
/// at most, and STS's own limit still holds. Always in memory, because the forecast is.
/// </summary>
[GrainType("sts-budget"), CollectionAgeLimit(AlwaysActive = true)]
sealed class StsBudgetGrain(StsBudgetOptions options, TimeProvider clock, GrainTelemetry telemetry) : Grain, IStsBudgetGrain
{
    readonly RenewalForecast _forecast = new(clock);
    readonly LastMinute _granted = new(clock);
    StsLimits _limits = null!;
    StsQueue _queue = null!;
    readonly Dictionary<Guid, CancellationTokenSource> _waiting = [];
    IGrainTimer _next = null!;

    string Identity => GrainKeys.Name(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _limits = options.Of(Identity);
        _queue = new(_limits, clock);
        _next = this.RegisterGrainTimer(static (self, _) => self.ServeAsync(), this, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        telemetry.BudgetActivated(Identity, () => _queue.Available);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        telemetry.BudgetDeactivated(Identity);
        return Task.CompletedTask;
    }

    public async Task Reserve(StsLane lane, string tenant, TimeSpan patience, Guid ticket)
    {
        var waiter = _queue.Enter(ticket, lane, tenant, patience);
        ArmNext();
        using var waiting = telemetry.BudgetWaiting(lane);
        using var gone = new CancellationTokenSource();
        _waiting[ticket] = gone;
        try { await waiter.Place.WaitAsync(gone.Token); }
        catch (OperationCanceledException)
        {
            _queue.Leave(waiter);
            ArmNext();
            return;
        }
        finally { _waiting.Remove(ticket); }
        _granted.Add();
    }

    public Task Leave(Guid ticket)
    {
        if (_waiting.TryGetValue(ticket, out var gone)) return gone.CancelAsync();
        _queue.End(ticket);
        ArmNext();
        return Task.CompletedTask;
    }

    public Task Penalise(TimeSpan penalty)
    {
        _queue.Penalise(penalty);
        ArmNext();
        return Task.CompletedTask;
    }

    public Task Expect(DateTimeOffset renewal)
    {
        _forecast.Expect(renewal);
        return Task.CompletedTask;
    }

    public Task Withdraw(DateTimeOffset renewal)
    {
        _forecast.Withdraw(renewal);
        return Task.CompletedTask;
    }

    public Task<StsBudgetState> GetState(CancellationToken cancellationToken)
    {
        DateTimeOffset? penalisedUntil = _queue.PenaltyLeft is { Ticks: > 0 } left ? clock.GetUtcNow() + left : null;
        return Task.FromResult(new StsBudgetState(Identity, _limits.RatePerSecond, Math.Round(_granted.PerSecond, 2), _queue.Waiting, penalisedUntil, _forecast.NextHour()));
    }

    Task ServeAsync()
    {
        _queue.Serve();
        ArmNext();
        return Task.CompletedTask;
    }

    void ArmNext() => _next.Change(_queue.NextIn ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
