using Broker.Api.Limits;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Api.Limits;

public class RateBucketTests
{
    static readonly Gen<(int PerSecond, int Burst, int[] Milliseconds)> Asks = Gen.Select(Gen.OneOf(Gen.Int[1, 50], Gen.Int[1, 1_000_000]), Gen.Int[1, 20], Gen.Int[0, 400].Array[1, 200]);

    [Fact]
    public void It_grants_just_what_the_rate_has_given_back() =>
        Asks.Sample((perSecond, burst, pauses) =>
        {
            var clock = new FakeTimeProvider();
            var bucket = new RateBucket(perSecond, burst, clock);
            // What comes back with each unit of time is 1: one that is taken is so many.
            var each = (long)Math.Ceiling(clock.TimestampFrequency / (decimal)perSecond);
            var (left, taken, began) = (burst * each, 0, clock.GetTimestamp());
            foreach (var pause in pauses)
            {
                clock.Advance(TimeSpan.FromMilliseconds(pause));
                left = Math.Min(burst * each, left + (pause * clock.TimestampFrequency / 1000));
                Assert.Equal(left < each, bucket.IsEmpty);
                Assert.Equal(left >= each, bucket.TryTake());
                if (left >= each) (left, taken) = (left - each, taken + 1);
                Assert.Equal(left == burst * each, bucket.IsFull);
                Assert.True(taken <= burst + (perSecond * clock.GetElapsedTime(began).TotalSeconds));
            }
        });

    [Fact]
    public void Many_threads_at_once_get_no_more_than_one_would()
    {
        var bucket = new RateBucket(1, 1000, new FakeTimeProvider());
        var taken = 0;
        Parallel.For(0, 5000, _ =>
        {
            if (bucket.TryTake()) Interlocked.Increment(ref taken);
        });
        Assert.Equal(1000, taken);
    }

    [Fact]
    public void One_that_is_spent_stays_so_however_many_come_and_go()
    {
        var clock = new FakeTimeProvider();
        var buckets = new RateBuckets<int>(_ => new(1, 1, clock));
        Assert.False(buckets.IsEmpty(0));
        Assert.True(buckets.TryTake(0));
        for (var other = 1; other < 3 * RateBuckets<int>.MadeBetweenSweeps; other++) Assert.True(buckets.TryTake(other));
        Assert.Equal((3 * RateBuckets<int>.MadeBetweenSweeps, true, false), (buckets.Count, buckets.IsEmpty(0), buckets.TryTake(0)));
    }

    [Fact]
    public void Those_that_are_full_again_are_forgotten_and_one_that_is_not_stays()
    {
        var clock = new FakeTimeProvider();
        var buckets = new RateBuckets<int>(_ => new(1, 1, clock));
        for (var one = 1; one < RateBuckets<int>.MadeBetweenSweeps - 1; one++) buckets.TryTake(one);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(buckets.TryTake(-1));
        Assert.True(buckets.TryTake(-2));
        Assert.Equal((2, false, false), (buckets.Count, buckets.TryTake(-1), buckets.TryTake(-2)));
        Assert.True(buckets.TryTake(1));
    }
}
