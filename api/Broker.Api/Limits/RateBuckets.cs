using System.Collections.Concurrent;

namespace Broker.Api.Limits;

/// <summary>
/// A bucket for each of many, made when it is first taken from; those that are full again are forgotten when many
/// have been made. Safe to use from any thread: what is taken from one while it is forgotten is not counted.
/// </summary>
/// <typeparam name="TKey">Whose it is.</typeparam>
/// <param name="make">Makes one's, full.</param>
sealed class RateBuckets<TKey>(Func<TKey, RateBucket> make) where TKey : notnull
{
    /// <summary>After so many that were made it forgets.</summary>
    public const int MadeBetweenSweeps = 4096;

    readonly ConcurrentDictionary<TKey, RateBucket> _buckets = new();
    int _made;

    /// <summary>How many it remembers, for tests.</summary>
    public int Count => _buckets.Count;

    /// <summary>Whether there is none to take.</summary>
    public bool IsEmpty(TKey key) => _buckets.TryGetValue(key, out var bucket) && bucket.IsEmpty;

    /// <summary>Takes one; false: there is none.</summary>
    public bool TryTake(TKey key) => (_buckets.TryGetValue(key, out var bucket) ? bucket : _buckets.GetOrAdd(key, Make)).TryTake();

    RateBucket Make(TKey key)
    {
        if (Interlocked.Increment(ref _made) % MadeBetweenSweeps == 0) Sweep();
        return make(key);
    }

    void Sweep()
    {
        foreach (var one in _buckets)
            if (one.Value.IsFull) _buckets.TryRemove(one);
    }
}
