namespace Broker.Tests.EndToEnd.Kills;

/// <summary>Makes and deletes two tenants by turns, which want the same prefix: it is free for one when the other is gone.</summary>
sealed class TenantWriter(string name, Random random) : IWriter
{
    const int RememberedKeys = 20;

    /// <summary>A claim whose tenant never came, or went only in part, is kept for so long.</summary>
    static readonly TimeSpan ClaimLingers = TimeSpan.FromMinutes(1);

    readonly string[] _names = [$"{name}-a", $"{name}-b"];
    readonly Register<string?> _standing = new(null);
    readonly List<string> _deadKeys = [];
    string? _key;
    DateTimeOffset _lingersUntil;

    public Task ChangeAsync(Life life)
    {
        if (_standing.Value is not { } tenant) return MakeAsync(life, _names[random.Next(2)]);
        return _key is null ? AddKeyAsync(life, tenant) : DeleteAsync(life, tenant);
    }

    public async Task CheckAsync(Life life)
    {
        var inDoubt = _standing.InDoubt;
        if (inDoubt) _lingersUntil = life.Began + ClaimLingers;
        var before = _standing.Possible[0];
        var found = (await life.ListAsync("/v1/tenants")).Select(t => t.GetProperty("tenant").GetString()!).Intersect(_names).ToList();
        foreach (var tenant in _names) Assert.Equal(found.Contains(tenant) ? 200 : 404, (await life.GetAsync($"/v1/tenants/{tenant}")).Status);
        Assert.InRange(found.Count, 0, 1);
        _standing.Settle(found.FirstOrDefault(), name);
        if (inDoubt && before is not null && found.Count == 0) await EndAsync(life, before);
        foreach (var key in _deadKeys) Assert.Equal(401, (await VendAsync(life, before ?? _names[0], key)).Status);
        if (_standing.Value is not { } stands) return;
        var roles = (await life.ListAsync($"/v1/tenants/{stands}/roles")).Select(r => r.GetProperty("role").GetString());
        Assert.All(roles, role => Assert.Equal("uploads", role));
        if (_key is not null) (await VendAsync(life, stands, _key)).DemandSuccess();
    }

    /// <summary>A deletion that a kill has cut short vends nothing any more, and comes to its end by the next one or with a new tenant of the name.</summary>
    async Task EndAsync(Life life, string tenant)
    {
        if (_key is not null) Assert.Contains((await VendAsync(life, tenant, _key)).Status, (int[])[401, 404]);
        if (random.Next(2) == 0) Assert.Contains((await life.ChangeAsync("DeleteTenant", HttpMethod.Delete, $"/v1/tenants/{tenant}")).Status, (int[])[200, 404]);
        else
        {
            _standing.Begin(tenant);
            (await PutAsync(life, tenant)).DemandSuccess();
            _standing.Settle(tenant, name);
            Assert.Empty(await life.ListAsync($"/v1/tenants/{tenant}/roles"));
            Assert.Empty(await life.ListAsync($"/v1/tenants/{tenant}/api-keys"));
        }
        Bury();
    }

    async Task MakeAsync(Life life, string tenant)
    {
        _standing.Begin(tenant);
        var asked = TimeProvider.System.GetUtcNow();
        var answer = await PutAsync(life, tenant);
        if (answer.Status == 409) Assert.True(asked < _lingersUntil, $"{tenant}: {answer.Text}");
        else answer.DemandSuccess();
        _standing.Settle(answer.Status == 409 ? null : tenant, name);
    }

    async Task AddKeyAsync(Life life, string tenant)
    {
        (await life.ChangeAsync("PutRole", HttpMethod.Put, TestBroker.RolePath(tenant, "uploads"), new { storage = "main", access = new[] { "read" } })).DemandSuccess();
        var made = await life.ChangeAsync("CreateApiKey", HttpMethod.Post, $"/v1/tenants/{tenant}/api-keys", new { scopes = new[] { "credentials:read" } });
        _key = made.DemandSuccess().Json.GetProperty("apiKey").GetString()!;
    }

    async Task DeleteAsync(Life life, string tenant)
    {
        _standing.Begin(null);
        (await life.ChangeAsync("DeleteTenant", HttpMethod.Delete, $"/v1/tenants/{tenant}")).DemandSuccess();
        _standing.Settle(null, name);
        Bury();
    }

    void Bury()
    {
        if (_key is not null) _deadKeys.Add(_key);
        _key = null;
        if (_deadKeys.Count > RememberedKeys) _deadKeys.RemoveAt(0);
    }

    Task<Answer> PutAsync(Life life, string tenant) =>
        life.ChangeAsync("PutTenant", HttpMethod.Put, $"/v1/tenants/{tenant}", new { storage = new[] { TestBroker.Storage(tenant, $"tenants/{name}/") } });

    static Task<Answer> VendAsync(Life life, string tenant, string key) => life.GetAsync($"{TestBroker.RolePath(tenant, "uploads")}/credentials", key);
}
