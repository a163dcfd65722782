using Broker.Grains.Warmth;

namespace Broker.Tests.EndToEnd.Warmth;

/// <summary>How many roles of a tenant are kept warm, and who says so.</summary>
public sealed class WarmLimitTests : IAsyncLifetime
{
    WarmBroker _warm = null!;

    public async Task InitializeAsync()
    {
        _warm = await WarmBroker.StartAsync();
        await _warm.PutTenantAsync("acme", keepWarmRoles: 1, roles: 3);
        (await _warm.PutAsync("acme", "first")).DemandSuccess();
    }

    public async Task DisposeAsync() => await _warm.DisposeAsync();

    static void DemandRefusal(Answer answer)
    {
        Assert.Equal((409, ErrorCode.Conflict), (answer.Status, answer.Code));
        Assert.Contains("limits.keepWarmRoles", answer.Text, StringComparison.Ordinal);
    }

    Task<Answer> GetAsync(string role) => _warm.Broker.GetAsync(TestBroker.RolePath("acme", role));

    [Fact]
    public async Task One_too_many_is_refused_by_the_limit_s_name_and_leaves_nothing()
    {
        DemandRefusal(await _warm.PutAsync("acme", "second"));
        Assert.Equal(404, (await GetAsync("second")).Status);
        Assert.Empty(await _warm.ListAsync(WarmShards.KeyOf(new("acme", "second"))));
        // Nor does its name count for any limit.
        foreach (var role in (string[])["third", "fourth"]) Assert.Equal(201, (await _warm.PutAsync("acme", role, keepWarm: false)).Status);
        DemandRefusal(await _warm.PutAsync("acme", "third"));
        Assert.Equal(1, (await GetAsync("third")).Json.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_role_that_is_no_more_kept_warm_makes_room_and_comes_back_by_a_rollback_only_into_room()
    {
        (await _warm.PutAsync("acme", "first", keepWarm: false)).DemandSuccess();
        Assert.Equal(201, (await _warm.PutAsync("acme", "second")).Status);
        DemandRefusal(await RollbackAsync());
        Assert.Equal(2, (await GetAsync("first")).Json.GetProperty("version").GetInt32());
        (await _warm.PutAsync("acme", "second", keepWarm: null)).DemandSuccess();
        Assert.Equal(200, (await RollbackAsync()).Status);
        DemandRefusal(await _warm.PutAsync("acme", "second"));

        Task<Answer> RollbackAsync() => _warm.Broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "first")}/rollback", new { version = 1 });
    }

    [Fact]
    public async Task A_lower_limit_breaks_nothing_that_stands()
    {
        await _warm.FreshAsync("acme", "first");
        await _warm.PutTenantAsync("acme", keepWarmRoles: 0);
        Assert.Equal(200, (await _warm.PutAsync("acme", "first", durationSeconds: WarmBroker.Shortest + 1)).Status);
        await _warm.FreshAsync("acme", "first");
        await _warm.MinutesAsync(31);
        Assert.Equal("fresh", await _warm.StateAsync("acme", "first"));
        (await _warm.PutAsync("acme", "first", keepWarm: false)).DemandSuccess();
        DemandRefusal(await _warm.PutAsync("acme", "first"));
    }

    [Fact]
    public async Task What_fails_for_another_reason_takes_no_place()
    {
        (await _warm.PutAsync("acme", "first", keepWarm: false)).DemandSuccess();
        await _warm.PutTenantAsync("acme", keepWarmRoles: 1, roles: 1);
        var refusal = await _warm.PutAsync("acme", "second");
        Assert.Equal((409, true), (refusal.Status, refusal.Text.Contains("limits.roles", StringComparison.Ordinal)));
        Assert.Equal(200, (await _warm.PutAsync("acme", "first")).Status);
    }

    [Fact]
    public async Task A_tenant_s_administrator_changes_such_a_role_but_not_whether_it_is_one()
    {
        var key = await _warm.Broker.NewKeyAsync("acme", new { scopes = new[] { "tenant:admin" } });
        Assert.Equal((403, 403), ((await _warm.PutAsync("acme", "first", keepWarm: false, key: key)).Status, (await _warm.PutAsync("acme", "second", key: key)).Status));
        Assert.Equal(404, (await GetAsync("second")).Status);
        Assert.Equal(200, (await _warm.PutAsync("acme", "first", keepWarm: null, durationSeconds: WarmBroker.Shortest + 1, key: key)).Status);
        Assert.True((await GetAsync("first")).Json.GetProperty("definition").GetProperty("keepWarm").GetBoolean());
    }
}
