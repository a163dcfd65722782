namespace Broker.Api.Limits;

/// <summary>
/// So many at once, and as many again as the rate gives with time: the generic cell rate algorithm of ITU-T I.371. All its state
/// is the moment at which it is full again, so it needs no timer and no lock. Safe to use from any thread.
/// </summary>
/// <param name="perSecond">How many come back with each second, 1 or more.</param>
/// <param name="burst">How many there are at most, 1 or more.</param>
/// <param name="clock">Monotonic time.</param>
sealed class RateBucket(int perSecond, int burst, TimeProvider clock)
{
    // The time in which one comes back, rounded up: rather too few than too many.
    readonly long _each = (clock.TimestampFrequency + perSecond - 1) / perSecond;
    long _fullAt = clock.GetTimestamp();

    /// <summary>Whether nothing has been taken that has not come back.</summary>
    public bool IsFull => Volatile.Read(ref _fullAt) <= clock.GetTimestamp();

    /// <summary>Whether there is none to take.</summary>
    public bool IsEmpty => !HoldsOne(Volatile.Read(ref _fullAt), clock.GetTimestamp());

    /// <summary>Takes one; false: there is none.</summary>
    public bool TryTake()
    {
        var now = clock.GetTimestamp();
        while (true)
        {
            var seen = Volatile.Read(ref _fullAt);
            if (!HoldsOne(seen, now)) return false;
            if (Interlocked.CompareExchange(ref _fullAt, Math.Max(seen, now) + _each, seen) == seen) return true;
        }
    }

    bool HoldsOne(long fullAt, long now) => Math.Max(fullAt, now) + _each - now <= burst * _each;
}
