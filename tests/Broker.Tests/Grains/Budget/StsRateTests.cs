using Broker.Grains.Budget;
using CsCheck;

namespace Broker.Tests.Grains.Budget;

public class StsRateTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Patient = TimeSpan.FromHours(1);

    static StsRate Rate(double perSecond = 10, int burst = 4, int renewalBurst = 2) =>
        new(new() { RatePerSecond = perSecond, Burst = burst, RenewalBurst = renewalBurst });

    static TimeSpan Reserve(StsRate rate, StsLane lane = StsLane.Caller, double at = 0) =>
        rate.TryReserve(lane, Patient, Start.AddSeconds(at), out var wait) ? wait : throw new InvalidOperationException("refused");

    [Fact]
    public void A_burst_goes_at_once_and_then_the_rate_holds()
    {
        var rate = Rate();
        Assert.Equal([0, 0, 0, 0, 100, 200, 300], Enumerable.Range(0, 7).Select(_ => Reserve(rate).TotalMilliseconds));
    }

    [Fact]
    public void Callers_come_before_renewals()
    {
        var rate = Rate();
        Assert.Equal([0, 0, 100], Enumerable.Range(0, 3).Select(_ => Reserve(rate, StsLane.Renewal).TotalMilliseconds));
        Assert.Equal(0, Reserve(rate).TotalMilliseconds);
    }

    [Fact]
    public void Who_would_wait_too_long_reserves_nothing()
    {
        var rate = Rate();
        for (var i = 0; i < 5; i++) Reserve(rate);
        Assert.False(rate.TryReserve(StsLane.Caller, TimeSpan.FromMilliseconds(100), Start, out var wait));
        Assert.Equal(200, wait.TotalMilliseconds);
        Assert.Equal(200, Reserve(rate).TotalMilliseconds);
    }

    [Fact]
    public void After_throttling_nobody_calls_until_the_penalty_ends()
    {
        var rate = Rate();
        rate.Penalise(TimeSpan.FromSeconds(3), Start);
        Assert.Equal(3, Reserve(rate).TotalSeconds);
        Assert.Equal(0, Reserve(rate, at: 3).TotalSeconds);
    }

    [Fact]
    public void A_penalty_is_at_most_a_minute_and_never_shortens_another()
    {
        var rate = Rate();
        rate.Penalise(TimeSpan.FromDays(1), Start);
        rate.Penalise(TimeSpan.Zero, Start);
        Assert.Equal(Start.AddMinutes(1), rate.PenalisedUntil);
    }

    [Fact]
    public void No_second_ever_sees_more_than_the_rate_and_a_burst() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[1, 30], Gen.Int[0, 400].Array[1, 200]).Sample((perSecond, burst, gaps) =>
        {
            var rate = Rate(perSecond, burst, burst);
            var at = 0.0;
            var calls = new List<double>();
            foreach (var gap in gaps)
            {
                at += gap / 1000.0;
                calls.Add(at + Reserve(rate, at: at).TotalSeconds);
            }
            return calls.All(from => calls.Count(c => c >= from && c < from + 1) <= perSecond + burst + 1);
        });
}
