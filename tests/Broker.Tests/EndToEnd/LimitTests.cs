using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>Limits of keys, roles, tenants and addresses: each refuses its own, and nobody else.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    static readonly string[] Access = ["read"], Read = ["credentials:read"];
    readonly FakeTimeProvider _clock = new(new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(clock: _clock, settings: new() { ["Limits:RefusalsPerSecond"] = "1", ["Limits:RefusalBurst"] = "20" });
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
        await _broker.PutRoleAsync("acme", "other");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    /// <summary>Asks so often at once; how often that was answered. Refusals carry the code and the time to retry.</summary>
    async Task<int> VendedAsync(string role, string key, int times = 60)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, times).Select(_ => _broker.CredentialsAsync("acme", role, key)));
        Assert.All(answers.Where(a => a.Status != 200), a => Assert.Equal((429, ErrorCode.RateLimited, true), (a.Status, a.Code, a.Headers.RetryAfter is not null)));
        return answers.Count(a => a.Status == 200);
    }

    [Fact]
    public async Task A_key_with_a_limit_is_refused_beyond_it_and_others_are_not()
    {
        var (limited, free) = (await _broker.NewKeyAsync("acme", new { scopes = Read, requestsPerSecond = 1 }), await _broker.NewKeyAsync("acme", new { scopes = Read }));
        Assert.Equal(1, await VendedAsync("uploads", limited));
        Assert.Equal(60, await VendedAsync("uploads", free));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await VendedAsync("uploads", limited));
    }

    [Fact]
    public async Task A_role_with_a_limit_is_refused_beyond_it_and_others_are_not()
    {
        var key = await _broker.NewKeyAsync("acme", new { scopes = Read });
        await _broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = Access, limits = new { requestsPerSecond = 1 } });
        Assert.Equal(1, await VendedAsync("uploads", key));
        Assert.Equal(60, await VendedAsync("other", key));
    }

    [Fact]
    public async Task A_tenant_with_a_limit_is_refused_beyond_it_and_its_administrator_gets_through()
    {
        var key = await _broker.NewKeyAsync("acme", new { scopes = Read });
        var storage = new[] { TestBroker.Storage("acme", "tenants/acme/") };
        (await _broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", new { storage, limits = new { requestsPerSecond = 1 } })).DemandSuccess();
        Assert.Equal(1, await VendedAsync("uploads", key) + await VendedAsync("other", key));
        Assert.Equal(60, await VendedAsync("uploads", TestBroker.AdminKey));
        (await _broker.SendAsync(HttpMethod.Post, "/v1/tenants/acme/suspend")).DemandSuccess();
    }

    [Fact]
    public async Task An_address_that_guesses_is_stopped_before_any_look_up_and_its_honest_callers_go_on()
    {
        var (used, unused) = (await _broker.NewKeyAsync("acme", new { scopes = Read }), await _broker.NewKeyAsync("acme", new { scopes = Read }));
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "uploads", used)).Status);
        var guesses = new List<Answer>();
        for (var i = 0; i < 200; i++) guesses.Add(await _broker.CredentialsAsync("acme", "uploads", $"bk_{i:x16}_{new string('A', 43)}"));
        Assert.All(guesses, g => Assert.True(g is { Status: 401, Code: ErrorCode.Unauthenticated } or { Status: 429, Code: ErrorCode.RateLimited }));
        Assert.Equal(20, guesses.Count(g => g.Status == 401));
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "uploads", used)).Status);
        // One that was never good from here is not told apart from a guess.
        Assert.Equal(429, (await _broker.CredentialsAsync("acme", "uploads", unused)).Status);
        Assert.Equal(429, (await _broker.GetAsync("/v1/credential-urls/cu_abc_" + new string('A', 43), key: null)).Status);
        Assert.Equal(429, (await _broker.CredentialsAsync("acme", "uploads", key: null)).Status);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await _broker.CredentialsAsync("acme", "uploads", key: null)).Status);
        Assert.Equal(429, (await _broker.CredentialsAsync("acme", "uploads", unused)).Status);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "uploads", unused)).Status);
    }

    [Fact]
    public async Task Headers_and_bodies_have_bounds()
    {
        Assert.True((await _broker.SendAsync(HttpMethod.Get, "/v1/tenants/acme", null, TestBroker.AdminKey, ("X-Long", new string('x', 40_000)))).Status is 431);
        Assert.Equal(413, (await _broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", $$"""{"displayName":"{{new string('x', 300_000)}}"}""")).Status);
    }
}
