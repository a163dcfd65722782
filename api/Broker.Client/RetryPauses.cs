namespace Broker.Client;

/// <summary>How long to wait before the next try. Pure.</summary>
static class RetryPauses
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(200), Longest = TimeSpan.FromSeconds(5);

    /// <summary>What the broker asks for; otherwise a random part of a time that doubles.</summary>
    /// <param name="tries">How many have failed, from 1.</param>
    /// <param name="retryAfter">What the broker says.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan Before(int tries, TimeSpan? retryAfter, double random)
    {
        if (retryAfter is { } asked && asked > TimeSpan.Zero) return asked;
        var whole = First * Math.Pow(2, Math.Min(tries, 16) - 1);
        return (whole < Longest ? whole : Longest) * random;
    }
}
