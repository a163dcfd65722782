namespace Broker.Tests.EndToEnd.Warmth;

/// <summary>What may have no credentials gets none, and what is no more is forgotten.</summary>
public sealed class StoppedWarmthTests : IAsyncLifetime
{
    /// <summary>Longer than two of the shortest sessions.</summary>
    const int Long = 31;

    static readonly string Role = WarmBroker.RolesOf("acme").First();
    WarmBroker _warm = null!;

    public async Task InitializeAsync()
    {
        _warm = await WarmBroker.StartAsync();
        await _warm.PutTenantAsync("acme", keepWarmRoles: 1);
        (await _warm.PutAsync("acme", Role)).DemandSuccess();
        await _warm.FreshAsync("acme", Role);
    }

    public async Task DisposeAsync() => await _warm.DisposeAsync();

    async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null) => (await _warm.Broker.SendAsync(method, $"/v1/tenants/acme{path}", body)).DemandSuccess();

    /// <summary>For long it mints nothing, is no error, and is asked all the same.</summary>
    async Task RestsAsync()
    {
        await _warm.MinutesAsync(Long);
        Assert.Equal(1, _warm.Calls);
        Assert.Equal([new("acme", Role)], await _warm.ListAsync());
        Assert.DoesNotContain(_warm.Broker.Log.Lines, line => line.Contains("could not be asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disabled_role_rests_and_is_minted_at_once_when_it_is_enabled()
    {
        (await _warm.PutAsync("acme", Role, disabled: true)).DemandSuccess();
        await RestsAsync();
        (await _warm.PutAsync("acme", Role)).DemandSuccess();
        await _warm.FreshAsync("acme", Role);
    }

    [Fact]
    public async Task The_roles_of_a_suspended_tenant_rest_until_the_round_after_it_is_resumed()
    {
        await SendAsync(HttpMethod.Post, "/suspend");
        await RestsAsync();
        await SendAsync(HttpMethod.Post, "/resume");
        await _warm.MinuteAsync();
        Assert.Equal((2, "fresh"), (_warm.Calls, await _warm.StateAsync("acme", Role)));
    }

    [Fact]
    public async Task A_role_whose_storage_is_gone_rests_until_the_round_after_it_is_back()
    {
        await SendAsync(HttpMethod.Put, "", new { storage = Array.Empty<object>(), limits = new { keepWarmRoles = 1 } });
        await RestsAsync();
        await _warm.PutTenantAsync("acme", keepWarmRoles: 1);
        await _warm.MinuteAsync();
        Assert.Equal((2, "fresh"), (_warm.Calls, await _warm.StateAsync("acme", Role)));
    }

    [Fact]
    public async Task A_deleted_role_is_struck_and_its_place_is_free()
    {
        await SendAsync(HttpMethod.Delete, $"/roles/{Role}");
        await _warm.MinutesAsync(Long);
        Assert.Equal(1, _warm.Calls);
        Assert.Empty(await _warm.ListAsync());
        Assert.Equal(201, (await _warm.PutAsync("acme", "another")).Status);
    }

    [Fact]
    public async Task A_deleted_tenant_s_roles_are_struck_and_do_not_count_for_the_next_of_its_name()
    {
        await SendAsync(HttpMethod.Delete, "");
        await _warm.MinutesAsync(Long);
        Assert.Equal(1, _warm.Calls);
        Assert.Empty(await _warm.ListAsync());
        await _warm.PutTenantAsync("acme", keepWarmRoles: 1);
        Assert.Equal(201, (await _warm.PutAsync("acme", "another")).Status);
    }

    [Fact]
    public async Task A_role_that_is_kept_warm_again_while_its_shard_strikes_it_stays()
    {
        (await _warm.PutAsync("acme", Role, keepWarm: false)).DemandSuccess();
        _warm.Rounds.OnRefusal(async () => (await _warm.PutAsync("acme", Role)).DemandSuccess());
        await _warm.MinutesAsync(2);
        Assert.Equal([new("acme", Role)], await _warm.ListAsync());
    }

    [Fact]
    public async Task A_role_that_is_asked_while_it_is_becoming_one_stays()
    {
        var role = WarmBroker.RolesOf("acme").ElementAt(1);
        await _warm.PutTenantAsync("acme", keepWarmRoles: 2);
        var answer = false;
        _warm.Rounds.OnEntry(async () => answer = await _warm.AskAsync(new("acme", role)));
        (await _warm.PutAsync("acme", role)).DemandSuccess();
        Assert.True(answer);
        (await _warm.PutAsync("acme", role, keepWarm: false)).DemandSuccess();
        Assert.False(await _warm.AskAsync(new("acme", role)));
    }
}
