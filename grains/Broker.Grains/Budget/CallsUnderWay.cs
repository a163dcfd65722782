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

    readonly Dictionary<Guid, TimeSpan> _countsUntil = [];
    readonly long _start = clock.GetTimestamp();

    TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>When there is room for one more if no end is told before; zero: now.</summary>
    public TimeSpan RoomIn
    {
        get
        {
            if (_countsUntil.Count < most) return TimeSpan.Zero;
            var now = Now;
            foreach (var (call, until) in _countsUntil)
                if (until <= now) _countsUntil.Remove(call);
            return _countsUntil.Count < most ? TimeSpan.Zero : _countsUntil.Values.Min() - now;
        }
    }

    /// <summary>A call was granted.</summary>
    public void Begin(Guid call) => _countsUntil[call] = Now + Longest + Window;

    /// <summary>It has been answered, or is not made. Changes nothing when it was never granted.</summary>
    public void End(Guid call)
    {
        if (_countsUntil.ContainsKey(call)) _countsUntil[call] = Now + Window;
    }
}
