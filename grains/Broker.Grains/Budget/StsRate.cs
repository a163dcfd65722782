namespace Broker.Grains.Budget;

/// <summary>
/// Places in a rate, by the generic cell rate algorithm: one moment is the whole state. Within any second at most the rate and
/// a burst are taken. It reads the monotonic clock, so that a step of the wall clock neither opens nor closes it.
/// </summary>
/// <param name="perSecond">Places per second.</param>
/// <param name="burst">Places at once after a quiet time.</param>
/// <param name="clock">The time.</param>
sealed class StsRate(double perSecond, int burst, TimeProvider clock)
{
    // Rounded up: a place too early, once in a million, would be one too many.
    readonly TimeSpan _interval = TimeSpan.FromTicks((long)Math.Ceiling(TimeSpan.TicksPerSecond / perSecond));
    readonly long _start = clock.GetTimestamp();

    /// <summary>When a whole burst would be there again if nobody took a place.</summary>
    TimeSpan _full;
    TimeSpan _pausedUntil;

    TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>How many places there are at once.</summary>
    public int Available
    {
        get
        {
            var missing = _full - Now;
            return missing <= TimeSpan.Zero ? burst : Math.Max(0, burst - (int)Math.Ceiling(missing / _interval));
        }
    }

    /// <summary>How long the pause still lasts; zero when there is none.</summary>
    public TimeSpan PauseLeft => NotNegative(_pausedUntil - Now);

    /// <summary>How far away a place is when so many others are taken, or left, before it.</summary>
    public TimeSpan WaitBehind(int others)
    {
        var now = Now;
        var full = _full > now ? _full : now;
        return NotNegative(full - now + _interval * (others - (burst - 1)));
    }

    /// <summary>Takes a place if there is one now, and so many are left after it.</summary>
    public bool TryTake(int leaving = 0)
    {
        if (WaitBehind(leaving) > TimeSpan.Zero) return false;
        var now = Now;
        _full = (_full > now ? _full : now) + _interval;
        return true;
    }

    /// <summary>No place for this long, unless a longer pause is under way; then one at a time, as after a burst.</summary>
    public void Pause(TimeSpan length)
    {
        if (Now + length <= _pausedUntil) return;
        _pausedUntil = Now + length;
        var full = _pausedUntil + _interval * (burst - 1);
        if (full > _full) _full = full;
    }

    static TimeSpan NotNegative(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
