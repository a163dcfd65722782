using Broker.Grains.Credentials;

namespace Broker.Tests.Grains.Credentials;

/// <summary>The cache of a role that is kept warm.</summary>
public class KeptWarmTests
{
    readonly CacheFixture role = new();

    Task KeepWarm() => role.Turn(role.Cache.KeepWarmAsync);

    [Fact]
    public async Task It_mints_once_among_the_renewals_where_there_is_nothing()
    {
        for (var i = 0; i < 3; i++) await KeepWarm();
        Assert.Equal((1, false), (role.Source.Calls, role.Source.CallerWaited));
    }

    [Fact]
    public async Task Asked_once_a_minute_it_never_runs_out()
    {
        for (var at = CacheFixture.Start; at < CacheFixture.Start.AddDays(1); at += TimeSpan.FromMinutes(1))
        {
            role.Clock.SetUtcNow(at);
            await KeepWarm();
            Assert.True(role.Cache.Snapshot!.Remaining(at) >= TimeSpan.FromMinutes(16));
        }
        Assert.InRange(role.Source.Calls, 40, 64);
    }

    [Fact]
    public async Task A_refused_role_is_tried_as_seldom_as_its_timer_would()
    {
        role.Source.Failure = CacheFixture.Fail(ErrorCode.StsRejected);
        for (var minute = 0; minute < 60; minute++)
        {
            await KeepWarm();
            role.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.InRange(role.Source.Calls, 60 / 5, 60 / 2);
    }

    [Fact]
    public async Task What_is_nearly_over_is_renewed_as_the_callers_only_where_callers_ask_for_it()
    {
        var now = role.Clock.GetUtcNow();
        await role.Turn(() => role.Cache.Restore(new("STS.old", "s", "t", now.AddMinutes(-50), now.AddMinutes(10), 1)));
        await KeepWarm();
        Assert.Equal((1, false), (role.Source.Calls, role.Source.CallerWaited));

        await role.Get();
        role.Clock.Advance(TimeSpan.FromMinutes(50));
        await KeepWarm();
        Assert.Equal((2, true), (role.Source.Calls, role.Source.CallerWaited));
    }

    [Fact]
    public async Task A_caller_does_not_wait_for_the_turn_of_a_renewal()
    {
        role.Source.FailsWhenDropped = true;
        role.Source.Hold();
        var renewal = KeepWarm();
        await role.Turn(() => Assert.True(role.Cache.Refreshing));
        role.Source.LetGo();
        // The clock stands: if it waited after all, it would for ever.
        Assert.Equal("STS.2", (await role.Get().WaitAsync(TimeSpan.FromSeconds(10))).AccessKeyId);
        Assert.True(role.Source.CallerWaited);
        await renewal;
        Assert.Null(role.Cache.Failure);
    }

    [Fact]
    public async Task A_caller_joins_a_renewal_that_has_called_STS_already()
    {
        var gate = role.Source.Hold();
        var renewal = KeepWarm();
        var read = await role.BeginGet();
        gate.SetResult();
        Assert.Equal("STS.1", (await read).AccessKeyId);
        await renewal;
        Assert.Equal(1, role.Source.Calls);
    }

    [Fact]
    public async Task A_reset_drops_a_renewal_although_a_caller_has_taken_its_turn()
    {
        role.Source.FailsWhenDropped = true;
        role.Source.Hold();
        var renewal = KeepWarm();
        var read = await role.BeginGet();
        role.Source.LetGo();
        role.Source.Version = 2;
        await role.Turn(() => role.Cache.Reset(role.Schedule));
        Assert.Equal(2, (await read).Version);
        await renewal;
        Assert.Equal(2, role.Cache.Snapshot!.Version);
    }
}
