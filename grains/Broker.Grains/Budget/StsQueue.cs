namespace Broker.Grains.Budget;

/// <summary>
/// Who gets the next place in the account's rate. Callers come before renewals, and in each lane the tenants take turns.
/// While renewals wait, one of them follows each <see cref="StsLimits.Burst"/> callers in a row, so that no rush of callers
/// holds them up until their credentials end. However long granted calls take to arrive, no second has more than the rate and a
/// burst of them: see <see cref="CallsUnderWay"/>. Whoever cannot be served in time is told so at once, not after its patience.
/// Used by one turn at a time.
/// </summary>
sealed class StsQueue(StsLimits limits, TimeProvider clock)
{
    static readonly TimeSpan DefaultPenalty = TimeSpan.FromSeconds(1), LongestPenalty = TimeSpan.FromMinutes(1);

    readonly StsRate _rate = new(limits.RatePerSecond, limits.Burst, clock);
    readonly CallsUnderWay _underWay = new((int)Math.Min(int.MaxValue, limits.RatePerSecond + limits.Burst), clock);
    readonly FairLine _callers = new(), _renewals = new();
    readonly long _start = clock.GetTimestamp();

    /// <summary>Since a renewal last had its turn, or none waited.</summary>
    int _callersInARow;

    TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>How many wait.</summary>
    public int Waiting => _callers.Count + _renewals.Count;

    /// <summary>How many callers would be served at once.</summary>
    public int Available => _rate.Available;

    /// <summary>How long nobody calls, because STS throttled; zero: no penalty.</summary>
    public TimeSpan PenaltyLeft => _rate.PauseLeft;

    /// <summary>When to serve next, if nothing else happens before; null: nobody waits.</summary>
    public TimeSpan? NextIn
    {
        get
        {
            var byRate = NextByRate;
            if (byRate is null || _underWay.RoomIn is not { Ticks: > 0 } byCalls) return byRate;
            // An end may be told any time; until then those who wait give up one by one.
            var patience = new[] { _callers.EarliestDeadline, _renewals.EarliestDeadline }.Min() - Now + TimeSpan.FromTicks(1);
            var place = byCalls > byRate ? byCalls : byRate;
            return patience < place ? patience : place;
        }
    }

    TimeSpan? NextByRate => Turn() is null ? null : _rate.WaitBehind(LeftByNext());

    /// <summary>Joins the queue, and is served at once where there is room.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.StsThrottled"/>: its place would come after its patience.</exception>
    public StsWaiter Enter(Guid ticket, StsLane lane, string tenant, TimeSpan patience)
    {
        Serve();
        var wait = WaitOf(lane, tenant);
        if (wait > patience) throw StsWaiter.Full(wait);
        var waiter = new StsWaiter(ticket, lane, tenant, Now + patience);
        Line(lane).Enter(waiter);
        Serve();
        return waiter;
    }

    /// <summary>It waits no more; those behind it come sooner. Changes nothing when its place has been granted.</summary>
    public void Leave(StsWaiter waiter)
    {
        Line(waiter.Lane).Remove(waiter);
        Serve();
    }

    /// <summary>The call for which a place was granted has been answered, or is not made.</summary>
    public void End(Guid ticket)
    {
        _underWay.End(ticket);
        Serve();
    }

    /// <summary>STS throttled: nobody calls for this long, 1 s when it did not say, at most a minute.</summary>
    public void Penalise(TimeSpan penalty)
    {
        _rate.Pause(penalty <= TimeSpan.Zero ? DefaultPenalty : penalty > LongestPenalty ? LongestPenalty : penalty);
        Serve();
    }

    /// <summary>Grants the places that have come, and refuses those who can have none in their time any more.</summary>
    public void Serve()
    {
        RefuseEndingBefore(Now);
        while (Turn() is { } line && _underWay.RoomIn == TimeSpan.Zero && _rate.TryTake(LeftByNext()))
        {
            if (line == _renewals) _callersInARow = 0;
            else if (_renewals.Count > 0) _callersInARow++;
            var next = line.Next();
            _underWay.Begin(next.Ticket);
            next.Grant();
        }
        // Without those who are refused it may be the renewals' turn, whose place is farther away.
        while (NextByRate is { } wait && RefuseEndingBefore(Now + wait)) { }
    }

    FairLine Line(StsLane lane) => lane == StsLane.Caller ? _callers : _renewals;

    FairLine? Turn()
    {
        if (_renewals.Count > 0 && (_callers.Count == 0 || _callersInARow >= limits.Burst)) return _renewals;
        return _callers.Count > 0 ? _callers : null;
    }

    /// <summary>Renewals leave a part of the burst to callers who may come; where callers wait, there is no burst to leave.</summary>
    int LeftByNext() => _callers.Count == 0 ? LeftByRenewals : 0;

    int LeftByRenewals => limits.Burst - limits.RenewalBurst;

    /// <summary>How long one that joined now would wait, by those who wait now.</summary>
    TimeSpan WaitOf(StsLane lane, string tenant)
    {
        var own = Line(lane).Ahead(tenant);
        if (lane == StsLane.Caller) return _rate.WaitBehind(own + Math.Min(_renewals.Count, (_callersInARow + own) / limits.Burst));
        var callers = Math.Min(_callers.Count, Math.Max(0, (own + 1) * limits.Burst - _callersInARow));
        return _rate.WaitBehind(own + callers + (callers == _callers.Count ? LeftByRenewals : 0));
    }

    /// <summary>Whether there was any.</summary>
    bool RefuseEndingBefore(TimeSpan moment)
    {
        var before = Waiting;
        while ((_callers.RemoveEndingBefore(moment) ?? _renewals.RemoveEndingBefore(moment)) is { } late) late.Refuse(WaitOf(late.Lane, late.Tenant));
        return Waiting < before;
    }
}
