namespace Broker.Grains.Credentials;

/// <summary>The last refresh failed.</summary>
/// <param name="Error">What callers are told when no snapshot can be served.</param>
/// <param name="Recoverable">False: STS refused the role itself, so that an old snapshot is no answer to a caller who had to wait.</param>
/// <param name="At">When it failed.</param>
/// <param name="RetryAt">Until then every caller shares this failure instead of calling STS again.</param>
/// <param name="BackgroundRetryAt">When the timer tries again.</param>
sealed record RefreshFailure(BrokerException Error, bool Recoverable, DateTimeOffset At, DateTimeOffset RetryAt, DateTimeOffset BackgroundRetryAt)
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    static readonly TimeSpan RefusalMemory = TimeSpan.FromSeconds(30);

    /// <param name="error">The failure.</param>
    /// <param name="failures">How many refreshes failed in a row, this one included.</param>
    /// <param name="random">Uniform in [0, 1): full jitter.</param>
    /// <param name="now">The time of the failure.</param>
    public static RefreshFailure After(BrokerException error, int failures, double random, DateTimeOffset now)
    {
        var backOff = BackOff(failures, random, error.RetryAfter);
        var memory = error.Code switch
        {
            ErrorCode.StsRejected => RefusalMemory,
            // All roles share this one, and all shall notice when it is mended.
            ErrorCode.SourceIdentityRejected => Shortest,
            _ => backOff,
        };
        return new(error, error.Code != ErrorCode.StsRejected, now, now + memory, now + (memory > backOff ? memory : backOff));
    }

    /// <summary>Between 1 s and 5 min; what STS asks for wins, within the same bound.</summary>
    static TimeSpan BackOff(int failures, double random, TimeSpan? retryAfter)
    {
        if (retryAfter is { } asked) return asked < Shortest ? Shortest : asked > Longest ? Longest : asked;
        // 2^9 s is beyond the longest; the bound on the exponent keeps it from overflowing.
        var ceiling = Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(failures, 9)));
        return Shortest + TimeSpan.FromSeconds((ceiling - Shortest.TotalSeconds) * random);
    }

    public bool BackingOff(DateTimeOffset now) => now < RetryAt;
}
