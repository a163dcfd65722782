using Broker.Grains.Credentials;
using CsCheck;

namespace Broker.Tests.Grains.Credentials;

/// <summary>Random histories of a role, in step with <see cref="RefreshModel"/>.</summary>
public class RefreshModelTests
{
    abstract record Step
    {
        public sealed record Advance(int Seconds) : Step;
        public sealed record Read(int Demand) : Step;
        public sealed record Tick : Step;
        public sealed record KeepWarm : Step;
        public sealed record Sts(StsMood Mood) : Step;
        public sealed record Grant(int LifetimeMinutes) : Step;
        public sealed record Edit : Step;
        public sealed record Restart : Step;
        public sealed record SlowRead(bool Cancelled) : Step;
    }

    static readonly Gen<Step> Steps = Gen.Frequency<Step>(
        (6, Gen.Int[1, 5400].Select(s => (Step)new Step.Advance(s))),
        (3, Gen.Int[1, 90].Select(s => (Step)new Step.Advance(s))),
        (8, Gen.Const((Step)new Step.Read(0))),
        (3, Gen.Int[1, 3600].Select(s => (Step)new Step.Read(s))),
        (5, Gen.Const((Step)new Step.Tick())),
        (3, Gen.Const((Step)new Step.KeepWarm())),
        (4, Gen.Enum<StsMood>().Select(m => (Step)new Step.Sts(m))),
        (1, Gen.Int[0, 3].Select(i => new[] { 15, 30, 60, 720 }[i]).Select(m => (Step)new Step.Grant(m))),
        (1, Gen.Const((Step)new Step.Edit())),
        (1, Gen.Const((Step)new Step.Restart())),
        (1, Gen.Bool.Select(c => (Step)new Step.SlowRead(c))));

    [Fact]
    public Task Any_history_follows_the_refresh_rules() => Steps.List[1, 80].SampleAsync(async steps =>
    {
        var role = new CacheFixture();
        var model = new RefreshModel(role.Schedule);
        foreach (var step in steps)
        {
            await Take(step, role, model);
            Assert.Equal(model.Calls, role.Source.Calls);
            Assert.Equal(model.Snapshot?.AccessKeyId, role.Cache.Snapshot?.AccessKeyId);
        }
    }, iter: 3000);

    static async Task Take(Step step, CacheFixture role, RefreshModel model)
    {
        switch (step)
        {
            case Step.Advance(var seconds):
                role.Clock.Advance(TimeSpan.FromSeconds(seconds));
                model.Now = role.Clock.GetUtcNow();
                break;
            case Step.Read(var demand):
                await Read(TimeSpan.FromSeconds(demand), role, model);
                break;
            case Step.Tick:
                await role.Tick();
                model.Tick();
                break;
            case Step.KeepWarm:
                await role.Turn(role.Cache.KeepWarmAsync);
                model.KeepWarm();
                break;
            case Step.Sts(var mood):
                model.Mood = mood;
                role.Source.Failure = Failure(mood);
                break;
            case Step.Grant(var minutes):
                role.Source.Lifetime = model.Lifetime = TimeSpan.FromMinutes(minutes);
                break;
            case Step.Edit:
                await role.Turn(() => role.Cache.Reset(role.Schedule));
                model.Edit();
                break;
            case Step.Restart:
                await role.Restart();
                model.Restart();
                break;
            case Step.SlowRead(var cancelled):
                await SlowRead(cancelled, role, model);
                break;
        }
    }

    static async Task Read(TimeSpan demand, CacheFixture role, RefreshModel model)
    {
        var expected = model.Get(demand);
        Assert.Equal(expected, await Outcome(role.Get(demand), role));
        await role.Settle();
    }

    /// <summary>A read while STS does not answer: it waits as long as it will, or is cancelled; the flight goes on and lands.</summary>
    static async Task SlowRead(bool cancelled, CacheFixture role, RefreshModel model)
    {
        var gate = role.Source.Hold();
        using var impatience = new CancellationTokenSource();
        var (id, attempts) = model.Begin(TimeSpan.Zero);
        var read = await role.BeginGet(cancellationToken: impatience.Token);
        var waits = id is null && attempts;
        if (waits && !cancelled)
        {
            role.Clock.Advance(RefreshSchedule.CallerPatience);
            model.Now = role.Clock.GetUtcNow();
        }
        if (cancelled) await impatience.CancelAsync();
        if (waits && cancelled) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        else Assert.Equal(id is null ? model.Outcome(TimeSpan.Zero) : (id, null), await Outcome(read, role));

        role.Source.LetGo();
        gate.SetResult();
        await role.Settle();
        if (attempts) model.Land();
    }

    static async Task<(string? Id, string? Code)> Outcome(Task<CredentialSnapshot> read, CacheFixture role)
    {
        try
        {
            var served = await read;
            Assert.True(served.Remaining(role.Clock.GetUtcNow()) >= TimeSpan.FromSeconds(60));
            return (served.AccessKeyId, null);
        }
        catch (BrokerException e) { return (null, e.Code); }
    }

    static BrokerException? Failure(StsMood mood) => mood switch
    {
        StsMood.Throttles => CacheFixture.Fail(ErrorCode.StsThrottled),
        StsMood.Refuses => CacheFixture.Fail(ErrorCode.StsRejected),
        StsMood.IsDown => CacheFixture.Fail(ErrorCode.StsUnavailable),
        _ => null,
    };
}
