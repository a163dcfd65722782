using Broker.Grains.Credentials;

namespace Broker.Tests.Grains.Credentials;

public class CredentialCacheTests
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    readonly CacheFixture role = new();

    [Fact]
    public async Task A_thousand_cold_callers_make_one_call()
    {
        var gate = role.Source.Hold();
        var reads = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => role.BeginGet()));
        gate.SetResult();
        var snapshots = await Task.WhenAll(reads);
        Assert.Single(snapshots.Distinct());
        Assert.Equal(1, role.Source.Calls);
    }

    [Fact]
    public async Task A_refresh_that_completes_synchronously_does_not_block_the_next_one()
    {
        await role.Get();
        role.AdvanceToAdvisory();
        await role.Get();
        await role.Settle();
        role.AdvanceToAdvisory();
        await role.Get();
        await role.Settle();
        Assert.Equal(3, role.Source.Calls);
    }

    [Fact]
    public async Task Stale_credentials_are_served_while_the_refresh_runs()
    {
        var old = await role.Get();
        role.AdvanceToAdvisory();
        var gate = role.Source.Hold();
        Assert.Same(old, await role.Get());
        Assert.True(role.Cache.Refreshing);
        gate.SetResult();
        await role.Settle();
        Assert.Equal("STS.2", (await role.Get()).AccessKeyId);
    }

    [Fact]
    public async Task A_renewal_for_which_callers_would_wait_counts_as_theirs()
    {
        var snapshot = await role.Get();
        Assert.True(role.Source.CallerWaited);
        role.Source.Failure = CacheFixture.Fail(ErrorCode.StsThrottled);
        role.AdvanceToAdvisory();
        await role.Tick();
        Assert.False(role.Source.CallerWaited);
        role.Clock.SetUtcNow(snapshot.Expiration - snapshot.MandatoryWindow + TimeSpan.FromSeconds(1));
        await role.Tick();
        Assert.Equal((3, true), (role.Source.Calls, role.Source.CallerWaited));
    }

    [Fact]
    public async Task One_impatient_caller_does_not_end_the_flight_of_the_others()
    {
        var gate = role.Source.Hold();
        using var impatience = new CancellationTokenSource();
        var impatient = await role.BeginGet(cancellationToken: impatience.Token);
        var patient = await role.BeginGet();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();
        Assert.Equal("STS.1", (await patient).AccessKeyId);
        Assert.Equal(1, role.Source.Calls);
    }

    [Fact]
    public async Task A_failure_is_shared_and_briefly_remembered()
    {
        role.Source.Failure = CacheFixture.Fail(ErrorCode.StsUnavailable);
        for (var i = 0; i < 50; i++)
            Assert.Equal(ErrorCode.StsUnavailable, (await Assert.ThrowsAsync<BrokerException>(() => role.Get())).Code);
        Assert.Equal(1, role.Source.Calls);

        role.Source.Failure = null;
        role.Clock.Advance(TimeSpan.FromSeconds(2));
        await role.Get();
        Assert.Equal(2, role.Source.Calls);
    }

    [Fact]
    public async Task A_refused_role_is_remembered_for_30_seconds()
    {
        role.Source.Failure = CacheFixture.Fail(ErrorCode.StsRejected);
        await Assert.ThrowsAsync<BrokerException>(() => role.Get());
        role.Clock.Advance(TimeSpan.FromSeconds(29));
        await Assert.ThrowsAsync<BrokerException>(() => role.Get());
        Assert.Equal(1, role.Source.Calls);
        role.Source.Failure = null;
        role.Clock.Advance(TimeSpan.FromSeconds(2));
        await role.Get();
        Assert.Equal(2, role.Source.Calls);
    }

    [Fact]
    public async Task A_reset_clears_a_remembered_refusal()
    {
        role.Source.Failure = CacheFixture.Fail(ErrorCode.StsRejected);
        await Assert.ThrowsAsync<BrokerException>(() => role.Get());
        role.Source.Failure = null;
        await role.Turn(() => role.Cache.Reset(role.Schedule));
        Assert.Equal("STS.2", (await role.Get()).AccessKeyId);
    }

    [Fact]
    public async Task A_refusal_while_callers_must_wait_is_answered_even_though_the_old_snapshot_lives()
    {
        await role.Get();
        role.Clock.Advance(50 * Minute);
        role.Source.Failure = CacheFixture.Fail(ErrorCode.StsRejected);
        Assert.Equal(ErrorCode.StsRejected, (await Assert.ThrowsAsync<BrokerException>(() => role.Get())).Code);
    }

    [Theory]
    [InlineData(ErrorCode.StsUnavailable)]
    [InlineData(ErrorCode.StsThrottled)]
    [InlineData(ErrorCode.SourceIdentityRejected)]
    [InlineData(ErrorCode.ClockSkew)]
    public async Task A_recoverable_failure_serves_the_old_snapshot_until_its_last_minute(string code)
    {
        var old = await role.Get();
        role.Source.Failure = CacheFixture.Fail(code);
        role.Clock.Advance(59 * Minute);
        Assert.Same(old, await role.Get());
        role.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(code, (await Assert.ThrowsAsync<BrokerException>(() => role.Get())).Code);
    }

    [Fact]
    public async Task A_caller_whose_own_demand_is_not_met_is_not_given_the_old_snapshot()
    {
        await role.Get();
        role.Source.Failure = CacheFixture.Fail(ErrorCode.StsUnavailable);
        role.Clock.Advance(50 * Minute);
        await Assert.ThrowsAsync<BrokerException>(() => role.Get(15 * Minute));
        Assert.NotNull(await role.Get());
    }

    [Fact]
    public async Task Callers_wait_five_seconds_for_a_slow_STS_and_then_get_the_old_snapshot()
    {
        var old = await role.Get();
        role.Clock.Advance(50 * Minute);
        role.Source.Hold();
        var read = await role.BeginGet();
        Assert.False(read.IsCompleted);
        role.Clock.Advance(RefreshSchedule.CallerPatience);
        Assert.Same(old, await read);
    }

    [Fact]
    public async Task A_callers_own_demand_forces_a_renewal_at_most_once_a_minute()
    {
        await role.Get();
        role.Clock.Advance(25 * Minute);
        role.Source.Lifetime = 30 * Minute;
        var demand = 36 * Minute;
        await Assert.ThrowsAsync<BrokerException>(() => role.Get(demand));
        await Assert.ThrowsAsync<BrokerException>(() => role.Get(demand));
        Assert.Equal(2, role.Source.Calls);
        role.Clock.Advance(Minute);
        await Assert.ThrowsAsync<BrokerException>(() => role.Get(demand));
        Assert.Equal(3, role.Source.Calls);
    }

    [Fact]
    public async Task What_was_begun_before_a_reset_is_not_published_after_it()
    {
        var gate = role.Source.Hold();
        var read = await role.BeginGet();
        role.Source.LetGo();
        role.Source.Version = 2;
        await role.Turn(() => role.Cache.Reset(role.Schedule));
        gate.SetResult();
        Assert.Equal(2, (await read).Version);
        Assert.Equal(2, role.Cache.Snapshot!.Version);
    }

    [Fact]
    public async Task Who_waits_while_a_reset_drops_the_refresh_gets_what_the_next_one_brings()
    {
        role.Source.FailsWhenDropped = true;
        role.Source.Hold();
        var read = await role.BeginGet();
        role.Source.LetGo();
        role.Source.Version = 2;
        await role.Turn(() => role.Cache.Reset(role.Schedule));
        Assert.Equal(2, (await read).Version);
    }

    [Fact]
    public async Task The_back_off_grows_to_five_minutes_and_no_further()
    {
        await role.Get();
        role.Source.Failure = CacheFixture.Fail(ErrorCode.StsUnavailable);
        var failures = Enumerable.Range(1, 100).Select(n => RefreshFailure.After(role.Source.Failure, n, 0.999, CacheFixture.Start)).ToArray();
        Assert.All(failures, f => Assert.InRange(f.RetryAt - CacheFixture.Start, TimeSpan.FromSeconds(1), 5 * Minute));
        Assert.True(failures[^1].RetryAt - CacheFixture.Start > 4 * Minute);
    }

    [Fact]
    public void What_STS_asks_for_wins_over_the_back_off() =>
        Assert.Equal(CacheFixture.Start.AddSeconds(17),
            RefreshFailure.After(CacheFixture.Fail(ErrorCode.StsThrottled, TimeSpan.FromSeconds(17)), 1, 0.5, CacheFixture.Start).RetryAt);

    [Fact]
    public async Task A_role_that_nobody_has_used_for_one_lifetime_is_not_renewed()
    {
        role.Source.Lifetime = TimeSpan.FromHours(1);
        await role.Get();
        role.AdvanceToAdvisory();
        await role.Tick();
        Assert.Equal(2, role.Source.Calls);
        role.AdvanceToAdvisory();
        await role.Tick();
        role.AdvanceToAdvisory();
        await role.Tick();
        Assert.InRange(role.Source.Calls, 2, 3);
        role.Clock.Advance(TimeSpan.FromHours(1));
        await role.Tick();
        Assert.Null(role.Cache.NextRefresh());
        Assert.InRange(role.Source.Calls, 2, 3);
    }

    [Fact]
    public async Task The_granted_expiration_decides_and_not_the_lifetime_that_was_asked_for()
    {
        role.Source.Lifetime = 20 * Minute;
        await role.Get();
        role.Clock.Advance(9 * Minute);
        await role.Get();
        await role.Settle();
        Assert.Equal(2, role.Source.Calls);
    }

    [Fact]
    public async Task Restored_credentials_cost_no_call()
    {
        var now = role.Clock.GetUtcNow();
        await role.Turn(() => role.Cache.Restore(new("STS.old", "s", "t", now - 10 * Minute, now + 50 * Minute, 1)));
        Assert.Equal("STS.old", (await role.Get()).AccessKeyId);
        Assert.Equal(0, role.Source.Calls);
    }

    [Fact]
    public async Task A_day_of_use_costs_at_most_64_calls_and_never_serves_less_than_16_minutes()
    {
        for (var at = CacheFixture.Start; at < CacheFixture.Start.AddDays(1); at += TimeSpan.FromSeconds(20))
        {
            role.Clock.SetUtcNow(at);
            await role.Tick();
            var served = await role.Get();
            Assert.True(served.Remaining(at) >= 16 * Minute);
        }
        Assert.InRange(role.Source.Calls, 40, 64);
    }

    [Fact]
    public async Task Callers_do_not_notice_an_outage_of_three_hours_begun_at_the_worst_moment_of_a_12_hour_session()
    {
        role.Source.Lifetime = TimeSpan.FromHours(12);
        await role.Get();
        role.AdvanceToAdvisory();
        role.Source.Failure = CacheFixture.Fail(ErrorCode.StsUnavailable);
        var end = role.Clock.GetUtcNow().AddHours(3);
        for (; role.Clock.GetUtcNow() < end; role.Clock.Advance(TimeSpan.FromSeconds(30)))
        {
            await role.Tick();
            Assert.True((await role.Get()).Remaining(role.Clock.GetUtcNow()) >= 16 * Minute);
        }
        role.Source.Failure = null;
        role.Clock.Advance(5 * Minute);
        await role.Tick();
        Assert.Null(role.Cache.Failure);
    }
}
