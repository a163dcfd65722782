using Broker.Grains.Budget;
using CsCheck;

namespace Broker.Tests.Grains.Budget;

public class StsRateTests
{
    readonly SteppingClock _clock = new();

    StsRate Rate(double perSecond = 10, int burst = 4) => new(perSecond, burst, _clock);

    static int TakeAll(StsRate rate, int leaving = 0)
    {
        var taken = 0;
        while (rate.TryTake(leaving)) taken++;
        return taken;
    }

    [Fact]
    public void A_burst_goes_at_once_and_then_the_rate_holds()
    {
        var rate = Rate();
        Assert.Equal([0, 0, 0, 0, 100, 200, 300], Enumerable.Range(0, 7).Select(others => rate.WaitBehind(others).TotalMilliseconds));
        Assert.Equal(4, TakeAll(rate));
        Assert.Equal([100, 200, 300], Enumerable.Range(0, 3).Select(others => rate.WaitBehind(others).TotalMilliseconds));
        _clock.Elapsed += TimeSpan.FromMilliseconds(350);
        Assert.Equal(3, TakeAll(rate));
    }

    [Fact]
    public void Who_leaves_places_to_others_takes_none_of_them()
    {
        var rate = Rate();
        Assert.Equal(2, TakeAll(rate, leaving: 2));
        Assert.Equal(2, rate.Available);
        Assert.Equal(2, TakeAll(rate));
    }

    [Fact]
    public void What_is_available_is_what_can_be_taken()
    {
        Gen.Select(Gen.Int[1, 100], Gen.Int[1, 30], Gen.Int[0, 40], Gen.Int[0, 2000]).Sample((perSecond, burst, taken, ms) =>
        {
            var rate = Rate(perSecond, burst);
            for (var i = 0; i < taken; i++) rate.TryTake();
            _clock.Elapsed += TimeSpan.FromMilliseconds(ms);
            return rate.Available == TakeAll(rate);
        }, threads: 1);
    }

    [Fact]
    public void After_a_pause_places_come_one_by_one()
    {
        var rate = Rate();
        rate.Pause(TimeSpan.FromSeconds(3));
        Assert.Equal([3.0, 3.1, 3.2], Enumerable.Range(0, 3).Select(others => rate.WaitBehind(others).TotalSeconds));
        Assert.Equal(0, TakeAll(rate));
        rate.Pause(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(3), rate.PauseLeft);
        _clock.Elapsed += TimeSpan.FromSeconds(3);
        Assert.Equal((1, TimeSpan.Zero), (TakeAll(rate), rate.PauseLeft));
    }

    [Fact]
    public void No_second_ever_sees_more_than_the_rate_and_a_burst() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[1, 30], Gen.Select(Gen.Int[0, 400], Gen.Int[0, 9]).Array[1, 200]).Sample((perSecond, burst, steps) =>
        {
            var clock = new SteppingClock();
            var rate = new StsRate(perSecond, burst, clock);
            var taken = new List<TimeSpan>();
            foreach (var (gap, event_) in steps)
            {
                clock.Elapsed += TimeSpan.FromMilliseconds(gap);
                if (event_ == 0) rate.Pause(TimeSpan.FromMilliseconds(gap));
                if (event_ == 1) clock.WallClock += TimeSpan.FromHours(gap - 200);
                taken.AddRange(Enumerable.Repeat(clock.Elapsed, TakeAll(rate)));
            }
            return taken.TrueForAll(from => taken.Count(t => t >= from && t < from + TimeSpan.FromSeconds(1)) <= perSecond + burst);
        });
}
