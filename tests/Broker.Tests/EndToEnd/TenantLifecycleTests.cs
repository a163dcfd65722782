using System.Text.Json;

namespace Broker.Tests.EndToEnd;

/// <summary>Tenants from their making to their end. The lists are of all that a broker has: each test has its own.</summary>
public sealed class TenantLifecycleTests : IAsyncLifetime
{
    TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    static string Role(string rest = "") => TestBroker.RolePath("acme", "uploads") + rest;

    [Fact]
    public async Task Lists_come_in_pages_that_follow_one_another()
    {
        foreach (var name in (string[])["b", "c", "d", "e"])
        {
            await _broker.PutTenantAsync(name);
            await _broker.PutRoleAsync("acme", name);
        }
        foreach (var (path, field, first) in ((string, string, string)[])[("/v1/tenants", "tenant", "acme"), ("/v1/tenants/acme/roles", "role", "b")])
        {
            var (seen, token) = (new List<string>(), (string?)null);
            do
            {
                var page = (await _broker.GetAsync($"{path}?pageSize=2{(token is null ? "" : $"&pageToken={token}")}")).DemandSuccess();
                Assert.InRange(page.Listed(field).Length, 1, 2);
                seen.AddRange(page.Listed(field));
                token = page.Json.GetProperty("nextPageToken").GetString();
            }
            while (token is not null);
            Assert.Equal(5, seen.Count);
            Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
            Assert.Equal(first, seen[0]);
        }
        foreach (var query in (string[])["?pageSize=0", "?pageSize=1001", "?pageSize=x", "?pageToken=A*", "?page=2"])
            Assert.Equal(400, (await _broker.GetAsync($"/v1/tenants{query}")).Status);
    }

    [Fact]
    public async Task A_deleted_tenant_leaves_nothing_that_works_then_or_later()
    {
        var key = await _broker.NewKeyAsync("acme", new { scopes = new[] { "tenant:admin", "credentials:read" } });
        var url = (await _broker.SendAsync("POST", Role("/credential-urls"), new { }, key)).DemandSuccess().Json.GetProperty("url").GetString()!;
        var document = (await _broker.CredentialsAsync("acme", "uploads", key)).DemandSuccess();
        var deleted = (await _broker.SendAsync("DELETE", "/v1/tenants/acme")).DemandSuccess().Json;
        Assert.Equal(document.AccessKeyId, Assert.Single(deleted.GetProperty("exposure").EnumerateArray()).GetProperty("accessKeyId").GetString());
        Assert.Equal(404, (await _broker.SendAsync("DELETE", "/v1/tenants/acme")).Status);
        Assert.Empty((await _broker.GetAsync("/v1/tenants")).Listed("tenant"));

        for (var again = 0; again < 2; again++)
        {
            Assert.Equal(401, (await _broker.CredentialsAsync("acme", "uploads", key)).Status);
            Assert.Equal(404, (await _broker.GetAsync(url, key: null)).Status);
            Assert.Equal(404, (await _broker.GetAsync(Role())).Status);
            await _broker.PutTenantAsync("acme");
        }
        Assert.Equal(3, (await _broker.GetAsync("/v1/tenants/acme")).Json.GetProperty("version").GetInt64());
        // Its prefix was given back.
        Assert.Equal(201, (await _broker.SendAsync("PUT", Role(), new { storage = "main", access = new[] { "read" } })).Status);
    }
}
