using System.Text.Json;

namespace Broker.Tests.EndToEnd;

/// <summary>Roles, keys and credential URLs from their making to their end.</summary>
public sealed class LifecycleTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    static readonly object Wide = new { storage = "main", access = new[] { "read", "write" } }, Narrow = new { storage = "main", access = new[] { "read" } };
    readonly TestBroker _broker = shared.Broker;
    readonly string _tenant = shared.NewTenant();

    public async Task InitializeAsync()
    {
        await _broker.PutTenantAsync(_tenant);
        await _broker.PutRoleAsync(_tenant, "uploads", Wide);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    string Role(string rest = "") => TestBroker.RolePath(_tenant, "uploads") + rest;

    [Fact]
    public async Task A_key_that_is_bound_to_roles_lists_those_only()
    {
        await _broker.PutRoleAsync(_tenant, "other");
        var key = await _broker.NewKeyAsync(_tenant, new { scopes = new[] { "credentials:read" }, roles = new[] { "uploads" } });
        Assert.Equal(["uploads"], (await _broker.GetAsync($"/v1/tenants/{_tenant}/roles", key)).Listed("role"));
    }

    [Fact]
    public async Task Every_version_is_kept_in_order_and_one_that_stood_can_stand_again()
    {
        await _broker.SendAsync("PUT", Role(), Narrow);
        await _broker.SendAsync("PUT", Role(), Narrow);
        var versions = (await _broker.GetAsync(Role("/versions"))).DemandSuccess().Json.GetProperty("items");
        Assert.Equal([2, 1], versions.EnumerateArray().Select(v => v.GetProperty("version").GetInt32()));
        Assert.Equal(["read", "write"], versions[1].GetProperty("definition").GetProperty("access").EnumerateArray().Select(a => a.GetString()!));

        var back = (await _broker.SendAsync("POST", Role("/rollback"), new { version = 1 })).DemandSuccess();
        Assert.Equal((3, "\"3\""), (back.Json.GetProperty("version").GetInt32(), back.Headers.ETag!.Tag));
        Assert.Equal(2, back.Json.GetProperty("definition").GetProperty("access").GetArrayLength());
        Assert.Equal(404, (await _broker.SendAsync("POST", Role("/rollback"), new { version = 9 })).Status);
        Assert.Equal(400, (await _broker.SendAsync("POST", Role("/rollback"), new { })).Status);
        Assert.Equal(412, (await _broker.SendAsync("POST", Role("/rollback"), new { version = 1 }, TestBroker.AdminKey, ("If-Match", "\"2\""))).Status);
        var pages = (await _broker.GetAsync(Role("/versions?pageSize=2"))).Json;
        Assert.Equal("2", pages.GetProperty("nextPageToken").GetString());
        Assert.Equal(["1"], (await _broker.GetAsync(Role("/versions?pageSize=2&pageToken=2"))).Listed("version"));
    }

    [Fact]
    public async Task Settings_that_mean_the_same_make_no_version_and_are_not_read_twice()
    {
        Assert.Equal(1, (await _broker.SendAsync("PUT", Role(), new { storage = "main", access = new[] { "write", "read" } })).DemandSuccess().Json.GetProperty("version").GetInt32());
        Assert.Equal(304, (await _broker.SendAsync("GET", Role(), null, TestBroker.AdminKey, ("If-None-Match", "\"7\", \"1\""))).Status);
        Assert.Equal(304, (await _broker.SendAsync("GET", $"/v1/tenants/{_tenant}", null, TestBroker.AdminKey, ("If-None-Match", "W/\"1\""))).Status);
        Assert.Equal(200, (await _broker.SendAsync("GET", Role(), null, TestBroker.AdminKey, ("If-None-Match", "\"7\""))).Status);
    }

    [Fact]
    public async Task The_last_fifty_versions_are_kept()
    {
        for (var i = 1; i <= 55; i++) await _broker.SendAsync("PUT", Role(), new { storage = "main", access = new[] { "read" }, durationSeconds = 3600 + i });
        Assert.Equal(Enumerable.Range(7, 50).Reverse().Select(v => $"{v}"), (await _broker.GetAsync(Role("/versions"))).Listed("version"));
    }

    [Fact]
    public async Task Of_200_edits_at_once_exactly_the_acknowledged_ones_are_in_the_history_in_order()
    {
        var acknowledged = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => EditAsync(1000 + i)));
        var made = acknowledged.Where(a => a.Version > 0).OrderByDescending(a => a.Version).ToList();
        Assert.NotEmpty(made);
        var versions = (await _broker.GetAsync(Role("/versions"))).Json.GetProperty("items").EnumerateArray()
            .Select(v => (v.GetProperty("version").GetInt64(), v.GetProperty("definition").GetProperty("durationSeconds").GetInt32())).ToList();
        Assert.Equal(made.Take(49).Select(a => (a.Version, a.Duration)), versions.Take(Math.Min(made.Count, 49)));
    }

    /// <summary>Edits what it has read; the version that it made, or 0 when another was first.</summary>
    async Task<(long Version, int Duration)> EditAsync(int duration)
    {
        var read = (await _broker.GetAsync(Role())).DemandSuccess();
        var answer = await _broker.SendAsync("PUT", Role(), new { storage = "main", access = new[] { "read" }, durationSeconds = duration }, TestBroker.AdminKey, ("If-Match", read.Headers.ETag!.Tag));
        Assert.True(answer.Status is 200 or 412, answer.Text);
        return (answer.Status == 200 ? answer.Json.GetProperty("version").GetInt64() : 0, duration);
    }

    [Fact]
    public async Task A_deleted_role_vends_nothing_and_comes_back_without_its_past()
    {
        var document = (await _broker.CredentialsAsync(_tenant, "uploads")).DemandSuccess();
        var url = (await _broker.SendAsync("POST", Role("/credential-urls"), new { })).DemandSuccess().Json.GetProperty("url").GetString()!;
        Assert.Equal(412, (await _broker.SendAsync("DELETE", Role(), null, TestBroker.AdminKey, ("If-Match", "\"7\""))).Status);
        var deleted = (await _broker.SendAsync("DELETE", Role())).DemandSuccess().Json;
        Assert.Equal("deleted", deleted.GetProperty("status").GetString());
        Assert.Equal(document.AccessKeyId, deleted.GetProperty("exposure")[0].GetProperty("accessKeyId").GetString());
        Assert.Equal(document.Json.GetProperty("Expiration").GetString(), deleted.GetProperty("latestExpiration").GetString());
        foreach (var path in (string[])["", "/credentials", "/versions", "/status"]) Assert.Equal(404, (await _broker.GetAsync(Role(path))).Status);
        Assert.Equal(404, (await _broker.SendAsync("DELETE", Role())).Status);
        Assert.Equal(404, (await _broker.GetAsync(url, key: null)).Status);
        Assert.Empty((await _broker.GetAsync($"/v1/tenants/{_tenant}/roles")).Listed("role"));

        await _broker.PutRoleAsync(_tenant, "uploads", Wide);
        Assert.Equal(["3"], (await _broker.GetAsync(Role("/versions"))).Listed("version"));
        Assert.Equal(404, (await _broker.GetAsync(url, key: null)).Status);
        Assert.NotEqual(document.AccessKeyId, (await _broker.CredentialsAsync(_tenant, "uploads")).AccessKeyId);
    }

    [Fact]
    public async Task Keys_are_listed_without_their_secret_rotated_with_overlap_and_revoked()
    {
        var wanted = new { scopes = new[] { "credentials:read" }, roles = new[] { "uploads" }, defaultRole = "uploads" };
        var (old, next) = (await _broker.NewKeyAsync(_tenant, wanted), await _broker.NewKeyAsync(_tenant, wanted));
        var document = (await _broker.CredentialsAsync(_tenant, "uploads", old)).DemandSuccess();
        Assert.Equal(200, (await _broker.CredentialsAsync(_tenant, "uploads", next)).Status);
        var list = (await _broker.GetAsync($"/v1/tenants/{_tenant}/api-keys")).DemandSuccess();
        Assert.Equal(2, list.Listed("keyId").Length);
        foreach (var key in (string[])[old, next]) Assert.DoesNotContain(key.Split('_', 3)[2], list.Text, StringComparison.Ordinal);

        var path = $"/v1/tenants/{_tenant}/api-keys/{old.Split('_')[1]}";
        var revoked = (await _broker.SendAsync("DELETE", path)).DemandSuccess().Json;
        Assert.Equal(document.AccessKeyId, revoked.GetProperty("exposure")[0].GetProperty("accessKeyId").GetString());
        Assert.Equal(401, (await _broker.CredentialsAsync(_tenant, "uploads", old)).Status);
        Assert.Equal(200, (await _broker.CredentialsAsync(_tenant, "uploads", next)).Status);
        Assert.Equal(404, (await _broker.SendAsync("DELETE", path)).Status);
        Assert.Equal(404, (await _broker.SendAsync("DELETE", $"/v1/tenants/{_tenant}/api-keys/NOT-AN-ID")).Status);
    }

    [Fact]
    public async Task A_key_says_when_it_was_last_used()
    {
        var key = await _broker.NewKeyAsync(_tenant, new { scopes = new[] { "credentials:read" } });
        JsonElement Last(Answer list) => list.Json.GetProperty("items")[0].GetProperty("lastUsedAt");
        Assert.Equal(JsonValueKind.Null, Last(await _broker.GetAsync($"/v1/tenants/{_tenant}/api-keys")).ValueKind);
        await _broker.CredentialsAsync(_tenant, "uploads", key);
        while (Last(await _broker.GetAsync($"/v1/tenants/{_tenant}/api-keys")).ValueKind == JsonValueKind.Null) await Task.Yield();
    }

    [Fact]
    public async Task A_tenants_administrator_revokes_no_key_of_another_tenant()
    {
        var other = shared.NewTenant();
        await _broker.PutTenantAsync(other);
        var admin = await _broker.NewKeyAsync(_tenant, new { scopes = new[] { "tenant:admin" } });
        var foreign = await _broker.NewKeyAsync(other, new { scopes = new[] { "tenant:admin" } });
        Assert.Equal(404, (await _broker.SendAsync("DELETE", $"/v1/tenants/{_tenant}/api-keys/{foreign.Split('_')[1]}", null, admin)).Status);
        Assert.Equal(200, (await _broker.GetAsync($"/v1/tenants/{other}", foreign)).Status);
    }

    [Fact]
    public async Task Credential_URLs_are_listed_without_their_secret_and_revoked()
    {
        var made = (await _broker.SendAsync("POST", Role("/credential-urls"), new { allowedNetworks = new[] { "127.0.0.0/8" } })).DemandSuccess().Json;
        var (id, url) = (made.GetProperty("id").GetString()!, made.GetProperty("url").GetString()!);
        Assert.Equal(200, (await _broker.GetAsync(url, key: null)).Status);
        var list = (await _broker.GetAsync(Role("/credential-urls"))).DemandSuccess();
        Assert.Equal([id], list.Listed("id"));
        Assert.DoesNotContain(url.Split('_', 3)[2], list.Text, StringComparison.Ordinal);
        await _broker.PutRoleAsync(_tenant, "other");
        Assert.Equal(404, (await _broker.SendAsync("DELETE", $"{TestBroker.RolePath(_tenant, "other")}/credential-urls/{id}")).Status);
        Assert.Equal("revoked", (await _broker.SendAsync("DELETE", Role($"/credential-urls/{id}"))).DemandSuccess().Json.GetProperty("status").GetString());
        Assert.Equal(404, (await _broker.GetAsync(url, key: null)).Status);
        Assert.Empty((await _broker.GetAsync(Role("/credential-urls"))).Listed("id"));
    }

    [Fact]
    public async Task A_credential_URL_dies_with_the_key_that_made_it()
    {
        var admin = await _broker.NewKeyAsync(_tenant, new { scopes = new[] { "tenant:admin" } });
        var url = (await _broker.SendAsync("POST", Role("/credential-urls"), new { }, admin)).DemandSuccess().Json.GetProperty("url").GetString()!;
        Assert.Equal(200, (await _broker.GetAsync(url, key: null)).Status);
        (await _broker.SendAsync("DELETE", $"/v1/tenants/{_tenant}/api-keys/{admin.Split('_')[1]}")).DemandSuccess();
        Assert.Equal(404, (await _broker.GetAsync(url, key: null)).Status);
    }
}
