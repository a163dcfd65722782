namespace Broker.Grains.Budget;

/// <summary>Counts what happened within the last minute, to the second.</summary>
sealed class LastMinute(TimeProvider clock)
{
    const int Seconds = 60;

    readonly long _start = clock.GetTimestamp();
    readonly (long Second, int Count)[] _counts = new (long, int)[Seconds];

    long Second => (long)clock.GetElapsedTime(_start).TotalSeconds;

    public void Add()
    {
        var second = Second;
        ref var place = ref _counts[second % Seconds];
        place = (second, place.Second == second ? place.Count + 1 : 1);
    }

    /// <summary>The mean per second.</summary>
    public double PerSecond
    {
        get
        {
            var second = Second;
            return _counts.Where(c => c.Second > second - Seconds).Sum(c => c.Count) / (double)Seconds;
        }
    }
}
