namespace Broker.Tests.Grains.Budget;

public class StsQueueTests
{
    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Callers_find_places_that_renewals_have_left()
    {
        var queue = new QueueFixture(burst: 4, renewalBurst: 2);
        for (var i = 0; i < 4; i++) queue.Enter(lane: StsLane.Renewal);
        Assert.Equal((2, 2), (queue.Granted.Count(), queue.Queue.Waiting));
        queue.Enter();
        queue.Enter();
        Assert.Equal(2, queue.Granted.Count(t => t.Lane == StsLane.Caller));
    }

    [Fact]
    public void A_caller_overtakes_the_renewals_that_wait()
    {
        var queue = new QueueFixture();
        for (var i = 0; i < 10; i++) queue.Enter(lane: StsLane.Renewal);
        for (var i = 0; i < 4; i++) queue.Enter();
        queue.Advance(Seconds(0.2));
        Assert.DoesNotContain(queue.Tickets, t => t.Lane == StsLane.Caller && t.Waits);
        Assert.Equal(8, queue.Queue.Waiting);
    }

    [Fact]
    public void One_renewal_follows_each_burst_of_callers()
    {
        var queue = new QueueFixture(burst: 4, renewalBurst: 2);
        for (var i = 0; i < 40; i++) queue.Enter();
        for (var i = 0; i < 10; i++) queue.Enter(lane: StsLane.Renewal);
        queue.Advance(Seconds(2.5));
        var lanes = queue.Granted.Skip(4).Select(t => t.Lane == StsLane.Caller ? 'c' : 'r').ToArray();
        Assert.Equal("ccccrccccrccccrccccrccccr", new string(lanes));
    }

    [Fact]
    public void Who_would_wait_longer_than_its_patience_is_told_so_at_once_and_when()
    {
        var queue = new QueueFixture(rate: 10, burst: 4);
        for (var i = 0; i < 54; i++) Assert.Null(queue.TryEnter(patience: 5));
        Assert.Equal(Seconds(5.1), queue.TryEnter(patience: 5));
        Assert.Equal(50, queue.Queue.Waiting);
        // Another tenant has its turn soon.
        Assert.Null(queue.TryEnter("b", patience: 0.2));
        Assert.Equal(Seconds(0.4), queue.TryEnter("b", patience: 0.3));
    }

    [Fact]
    public void Who_leaves_gives_its_place_to_those_behind()
    {
        var queue = new QueueFixture(burst: 1);
        queue.Enter();
        var (second, third) = (queue.Enter(), queue.Enter());
        queue.Leave(second);
        queue.Advance(Seconds(0.1));
        Assert.Equal(Seconds(0.1), third.GrantedAt);
        Assert.False(second.Waiter.Place.IsCompleted);
        // Once granted, there is nothing to give.
        queue.Leave(third);
        Assert.Equal(0, queue.Queue.Waiting);
    }

    [Fact]
    public void A_penalty_refuses_at_once_whom_it_outlasts_and_holds_the_others()
    {
        var queue = new QueueFixture(burst: 1);
        queue.Enter();
        var (hasty, patient) = (queue.Enter(patience: 2), queue.Enter(patience: 4));
        queue.Penalise(Seconds(3));
        Assert.Equal(TimeSpan.Zero, hasty.RefusedAt);
        Assert.Equal(Seconds(3.1), Assert.IsType<BrokerException>(hasty.Waiter.Place.Exception!.InnerException).RetryAfter);
        queue.Advance(Seconds(3));
        Assert.Equal(Seconds(3), patient.GrantedAt);
    }

    [Fact]
    public void A_penalty_is_a_second_by_default_and_at_most_a_minute()
    {
        var queue = new QueueFixture();
        queue.Penalise(TimeSpan.Zero);
        Assert.Equal(Seconds(1), queue.Queue.PenaltyLeft);
        queue.Penalise(TimeSpan.FromDays(1));
        queue.Penalise(Seconds(1));
        Assert.Equal(TimeSpan.FromMinutes(1), queue.Queue.PenaltyLeft);
    }

    [Fact]
    public void Whom_others_displace_is_refused_before_its_patience_ends()
    {
        var queue = new QueueFixture(rate: 10, burst: 1);
        for (var i = 0; i < 51; i++) Assert.Null(queue.TryEnter(patience: 5));
        for (var i = 0; i < 5; i++) Assert.Null(queue.TryEnter("b", patience: 5));
        queue.Advance(Seconds(6));
        Assert.Equal(5, queue.Tickets.Count(t => t.RefusedAt <= Seconds(5)));
        Assert.Equal(5, queue.Tickets.Count(t => t.Tenant == "b" && t.GrantedAt <= Seconds(1)));
        Assert.DoesNotContain(queue.Tickets, t => t.Waits);
    }
}
