namespace Broker.Grains.Budget;

/// <summary>
/// The calls that may still arrive at STS, or did within the last second. A call that was granted can be on its way for long, in a
/// process that is short of time for one: calls that were granted in different seconds then arrive in one. So a granted call counts
/// until a second after its end is known. As many as count at once, and no more, can arrive within one second, however late each is.
/// </summary>
/// <param name="most">How many may count at once.</param>
/// <param name="clock">The time.</param>
sealed class CallsUnderWay(int most, TimeProvider clock)
{
    /// <summary>A call whose end nobody tells, because its silo was killed, has ended by then.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    readonly HashSet<Guid> _open = [];
    // In the order of their times, since each kind counts for the same time.
    readonly Queue<(Guid Call, TimeSpan Until)> _begun = new();
    readonly Queue<TimeSpan> _endedUntil = new();
    readonly long _start = clock.GetTimestamp();

    TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>When there is room for one more if no end is told before; zero: now.</summary>
    public TimeSpan RoomIn
    {
        get
        {
            var now = Now;
            Forget(now);
            if (_open.Count + _endedUntil.Count < most) return TimeSpan.Zero;
            var next = _endedUntil.TryPeek(out var ended) ? ended : TimeSpan.MaxValue;
            return (_begun.TryPeek(out var begun) && begun.Until < next ? begun.Until : next) - now;
        }
    }

    /// <summary>A call was granted.</summary>
    public void Begin(Guid call)
    {
        _open.Add(call);
        _begun.Enqueue((call, Now + Longest + Window));
    }

    /// <summary>It has been answered, or is not made. Changes nothing when it was never granted.</summary>
    public void End(Guid call)
    {
        if (_open.Remove(call)) _endedUntil.Enqueue(Now + Window);
    }

    void Forget(TimeSpan now)
    {
        while (_endedUntil.TryPeek(out var until) && until <= now) _endedUntil.Dequeue();
        while (_begun.TryPeek(out var first) && (first.Until <= now || !_open.Contains(first.Call))) _open.Remove(_begun.Dequeue().Call);
    }
}
