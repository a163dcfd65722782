namespace Broker.Grains.Budget;

/// <summary>The AssumeRole rate of one calling account. Configuration section <c>StsBudget</c>.</summary>
public sealed class StsBudgetOptions
{
    /// <summary>Calls per second, 0.1 to 10,000. Default 80: the account's own limit is 100, shared with whatever else it does.</summary>
    public double RatePerSecond { get; set; } = 80;

    /// <summary>Calls that callers may make at once after a quiet time, 1 to 1,000. Default 20.</summary>
    public int Burst { get; set; } = 20;

    /// <summary>The same for renewals in the background. Default 5: callers come first.</summary>
    public int RenewalBurst { get; set; } = 5;
}

/// <summary>
/// Places in a rate, by the generic cell rate algorithm: one moment is the whole state. Pure but for that moment.
/// </summary>
sealed class StsRate(StsBudgetOptions options)
{
    static readonly TimeSpan DefaultPenalty = TimeSpan.FromSeconds(1), LongestPenalty = TimeSpan.FromMinutes(1);

    readonly TimeSpan _interval = TimeSpan.FromSeconds(1 / options.RatePerSecond);

    /// <summary>When the bucket would be empty again if nobody called.</summary>
    DateTimeOffset _theoretical = DateTimeOffset.MinValue;

    /// <summary>Nobody calls before this.</summary>
    public DateTimeOffset PenalisedUntil { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Reserves the next place unless its wait is longer than the patience.</summary>
    /// <param name="wait">How long the place is away, reserved or not.</param>
    public bool TryReserve(StsLane lane, TimeSpan patience, DateTimeOffset now, out TimeSpan wait)
    {
        var theoretical = _theoretical > now ? _theoretical : now;
        var burst = lane == StsLane.Caller ? options.Burst : options.RenewalBurst;
        var allowedAt = theoretical - _interval * (burst - 1);
        if (allowedAt < PenalisedUntil) allowedAt = PenalisedUntil;
        wait = allowedAt > now ? allowedAt - now : TimeSpan.Zero;
        if (wait > patience) return false;
        _theoretical = theoretical + _interval;
        return true;
    }

    /// <summary>STS throttled: nobody calls for this long, at most a minute.</summary>
    public void Penalise(TimeSpan penalty, DateTimeOffset now)
    {
        var bounded = penalty <= TimeSpan.Zero ? DefaultPenalty : penalty > LongestPenalty ? LongestPenalty : penalty;
        if (now + bounded > PenalisedUntil) PenalisedUntil = now + bounded;
    }
}
