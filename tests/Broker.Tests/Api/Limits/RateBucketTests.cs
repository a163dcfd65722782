using Broker.Api.Limits;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Api.Limits;

public class RateBucketTests
{
    static readonly Gen<(int PerSecond, int Burst, int[] Milliseconds)> Asks = Gen.Select(Gen.Int[1, 50], Gen.Int[1, 20], Gen.Int[0, 400].Array[1, 200]);

    [Fact]
    public void It_grants_just_what_the_rate_has_given_back() =>
        Asks.Sample((perSecond, burst, pauses) =>
        {
            var clock = new FakeTimeProvider();
            var bucket = new RateBucket(perSecond, burst, clock);
            var (left, each) = (burst * clock.TimestampFrequency / perSecond * perSecond, clock.TimestampFrequency / perSecond * perSecond);
            foreach (var pause in pauses)
            {
                clock.Advance(TimeSpan.FromMilliseconds(pause));
                left = Math.Min(burst * each, left + (pause * clock.TimestampFrequency / 1000 * perSecond));
                Assert.Equal(left < each, bucket.IsEmpty);
                Assert.Equal(left >= each, bucket.TryTake());
                if (left >= each) left -= each;
                Assert.Equal(left == burst * each, bucket.IsFull);
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
        for (var other = 1; other <= 20_000; other++) Assert.True(buckets.TryTake(other));
        Assert.True(buckets.IsEmpty(0));
        Assert.False(buckets.TryTake(0));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(buckets.TryTake(0));
    }
}
