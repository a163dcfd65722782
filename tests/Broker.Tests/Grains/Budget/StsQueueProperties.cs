using Broker.Grains.Budget;
using CsCheck;

namespace Broker.Tests.Grains.Budget;

/// <summary>What holds of the queue whatever happens.</summary>
public class StsQueueProperties
{
    enum Kind { Enter, Advance, Late, Leave, End, Penalise, StepWallClock }

    sealed record Step(Kind Kind, int Amount, int Tenant, StsLane Lane);

    sealed record Limits(int Rate, int Burst, int RenewalBurst)
    {
        public QueueFixture NewQueue(bool calls = false) => new(Rate, Burst, RenewalBurst, calls);
    }

    static readonly Gen<Limits> AnyLimits = Gen.Select(Gen.Int[1, 50], Gen.Int[1, 20], Gen.Int[1, 20]).Select((rate, burst, renewals) => new Limits(rate, burst, Math.Min(burst, renewals)));

    static readonly Gen<StsLane> AnyLane = Gen.Frequency((3, Gen.Const(StsLane.Caller)), (1, Gen.Const(StsLane.Renewal)));

    static Gen<Step[]> Steps(params (int, Kind)[] kinds) => Gen.Select(
        Gen.Frequency(kinds), Gen.Int[0, 1500], Gen.Int[0, 5], AnyLane).Select((kind, amount, tenant, lane) => new Step(kind, amount, tenant, lane)).Array[1, 300];

    static void Take(Step step, QueueFixture queue, double patience = 5)
    {
        var time = TimeSpan.FromMilliseconds(step.Amount);
        switch (step.Kind)
        {
            case Kind.Enter: queue.TryEnter($"t{step.Tenant}", step.Lane, patience); break;
            case Kind.Advance: queue.Advance(time / 5); break;
            case Kind.Late: queue.Pass(time); break;
            case Kind.Leave when queue.Tickets.Count > 0: queue.Leave(queue.Tickets[step.Amount % queue.Tickets.Count]); break;
            case Kind.End when queue.Granted.FirstOrDefault(t => t.EndedAt is null) is { } call: queue.End(call); break;
            case Kind.Penalise: queue.Penalise(time); break;
            case Kind.StepWallClock: queue.StepWallClock(TimeSpan.FromHours(step.Amount - 750)); break;
        }
    }

    [Fact]
    public void No_second_sees_more_than_the_rate_and_a_burst() =>
        Gen.Select(AnyLimits, Steps((20, Kind.Enter), (6, Kind.Advance), (1, Kind.Late), (2, Kind.Leave), (1, Kind.Penalise), (1, Kind.StepWallClock))).Sample((limits, steps) =>
        {
            var queue = limits.NewQueue();
            foreach (var step in steps) Take(step, queue);
            queue.Advance(TimeSpan.FromSeconds(6));
            var granted = queue.Granted.Select(t => t.GrantedAt!.Value).ToList();
            return granted.TrueForAll(from => granted.Count(at => at >= from && at < from + TimeSpan.FromSeconds(1)) <= limits.Rate + limits.Burst);
        }, iter: 1000);

    /// <summary>
    /// A call arrives any time between its grant and its end, of which the latest is known: at the worst, all that were under way
    /// within a second arrive in it.
    /// </summary>
    [Fact]
    public void However_late_calls_arrive_no_second_sees_more_than_the_rate_and_a_burst() =>
        Gen.Select(AnyLimits, Steps((20, Kind.Enter), (6, Kind.Advance), (1, Kind.Late), (2, Kind.Leave), (12, Kind.End))).Sample((limits, steps) =>
        {
            var queue = limits.NewQueue(calls: true);
            foreach (var step in steps) Take(step, queue);
            var calls = queue.Granted.Select(t => (Begun: t.GrantedAt!.Value, Ended: Earlier(t.EndedAt, t.GrantedAt!.Value + CallsUnderWay.Longest))).ToList();
            return calls.TrueForAll(last => calls.Count(call => call.Ended >= last.Ended && call.Begun < last.Ended + TimeSpan.FromSeconds(1)) <= limits.Rate + limits.Burst);
        }, iter: 1000);

    static TimeSpan Earlier(TimeSpan? told, TimeSpan latest) => told is { } end && end < latest ? end : latest;

    [Fact]
    public void Nobody_waits_beyond_its_patience_though_no_call_ends() =>
        Gen.Select(AnyLimits, Steps((20, Kind.Enter), (6, Kind.Advance), (2, Kind.Leave), (1, Kind.Penalise))).Sample((limits, steps) =>
        {
            var queue = limits.NewQueue(calls: true);
            foreach (var step in steps) Take(step, queue);
            queue.Advance(TimeSpan.FromSeconds(5.001));
            Assert.DoesNotContain(queue.Tickets, t => t.Waits);
            Assert.DoesNotContain(queue.Tickets, t => !t.Left && (t.GrantedAt ?? t.RefusedAt) - t.EnteredAt > t.Patience + TimeSpan.FromTicks(1));
        }, iter: 1000);

    [Fact]
    public void Nobody_waits_beyond_its_patience_and_everybody_hears() =>
        Gen.Select(AnyLimits, Steps((20, Kind.Enter), (6, Kind.Advance), (2, Kind.Leave), (1, Kind.Penalise))).Sample((limits, steps) =>
        {
            var queue = limits.NewQueue();
            foreach (var step in steps) Take(step, queue);
            queue.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(0, queue.Queue.Waiting);
            Assert.DoesNotContain(queue.Tickets, t => t.Waits);
            Assert.DoesNotContain(queue.Tickets, t => !t.Left && (t.GrantedAt ?? t.RefusedAt) - t.EnteredAt > t.Patience);
        }, iter: 1000);

    [Fact]
    public void Nobody_is_granted_a_place_after_its_patience_though_the_queue_is_served_late() =>
        Gen.Select(AnyLimits, Steps((20, Kind.Enter), (3, Kind.Advance), (6, Kind.Late))).Sample((limits, steps) =>
        {
            var queue = limits.NewQueue();
            foreach (var step in steps) Take(step, queue);
            return queue.Tickets.TrueForAll(t => t.GrantedAt is null || t.GrantedAt - t.EnteredAt <= t.Patience);
        }, iter: 1000);

    [Fact]
    public void The_time_to_retry_after_is_the_wait_that_would_have_been() =>
        Gen.Select(AnyLimits, Steps((20, Kind.Enter), (3, Kind.Advance), (1, Kind.Leave), (1, Kind.Penalise)), AnyLane).Sample((limits, steps, lane) =>
        {
            var queue = limits.NewQueue();
            // Patient ones: whoever gives up before its place lets those behind have theirs sooner.
            foreach (var step in steps) Take(step, queue, patience: 3600);
            if (queue.TryEnter("t0", lane, patience: 0) is not { } retryAfter) return;
            var same = queue.Enter("t0", lane, retryAfter);
            queue.Advance(retryAfter);
            Assert.Equal(same.EnteredAt + retryAfter, same.GrantedAt);
        }, iter: 1000);

    [Fact]
    public void A_tenant_with_few_is_served_in_its_turns_whatever_the_others_send() =>
        Gen.Select(AnyLimits, Gen.Int[5, 400].Array[1, 8], Gen.Int[1, 5]).Sample((limits, others, few) =>
        {
            var queue = limits.NewQueue();
            for (var i = 0; i < others.Length; i++)
                for (var n = 0; n < others[i]; n++) queue.Enter($"other-{i}");
            var before = queue.Granted.Count();
            var small = Enumerable.Range(0, few).Select(_ => queue.Enter("small")).ToList();
            for (var round = 0; round < few * (others.Length + 1) && small.Exists(t => t.Waits); round++)
            {
                // The others ask again at once for each place that they got, as a role that fails again and again does.
                var had = queue.Granted.Count(t => t.Tenant != "small");
                queue.Advance(queue.Queue.NextIn!.Value);
                for (var n = queue.Granted.Count(t => t.Tenant != "small") - had; n > 0; n--) queue.Enter("other-0");
            }
            var served = queue.Granted.Skip(before).ToList();
            var tenants = others.Length + 1;
            for (var i = 0; i < few; i++) Assert.InRange(served.IndexOf(small[i]), 0, (i + 1) * tenants - 1);
        }, iter: 300);

    [Fact]
    public void Tenants_that_wait_throughout_have_equal_shares() =>
        Gen.Select(AnyLimits, Gen.Int[2, 8], Gen.Int[1, 60], AnyLane).Sample((limits, tenants, places, lane) =>
        {
            var queue = limits.NewQueue();
            // Nothing is left at the start, so that all places come while all wait.
            while (queue.TryEnter("first", lane, patience: 0) is null) { }
            for (var i = 0; i < tenants; i++)
                for (var n = 0; n < places * (i + 1); n++) queue.Enter($"t{i}", lane);
            while (queue.Granted.Count(t => t.Tenant != "first") < places) queue.Advance(queue.Queue.NextIn!.Value);
            var shares = Enumerable.Range(0, tenants).Select(i => queue.Granted.Count(t => t.Tenant == $"t{i}")).ToList();
            return shares.Max() - shares.Min() <= 1;
        }, iter: 300);

    [Fact]
    public void Renewals_are_never_starved_by_callers_that_never_end() =>
        Gen.Select(AnyLimits, Gen.Int[1, 10]).Sample((limits, renewals) =>
        {
            var queue = limits.NewQueue();
            for (var i = 0; i < limits.Burst + 1; i++) queue.Enter();
            var waiting = Enumerable.Range(0, renewals).Select(_ => queue.Enter(lane: StsLane.Renewal)).ToList();
            var before = queue.Granted.Count();
            for (var round = 0; round < renewals * (limits.Burst + 1) && waiting.Exists(t => t.Waits); round++)
            {
                queue.Enter();
                queue.Advance(queue.Queue.NextIn!.Value);
            }
            var served = queue.Granted.Skip(before).ToList();
            // Each after exactly a burst of callers: no later, and no sooner.
            for (var i = 0; i < renewals; i++) Assert.Equal((i + 1) * (limits.Burst + 1) - 1, served.IndexOf(waiting[i]));
        }, iter: 300);
}
