namespace Broker.Bench.Scale;

/// <summary>Does many things, some at once, and says how fast.</summary>
static class Pace
{
    const int AtOnce = 64;

    /// <summary>So many per second, of the numbers from the first one to before the last one.</summary>
    public static async Task<double> OfAsync(int from, int to, Func<int, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Parallel.ForAsync(from, to, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, (number, cancelled) => new(act(number, cancelled)));
        return (to - from) / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }
}
