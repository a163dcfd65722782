using System.Text.Json;

namespace Broker.Tests.EndToEnd.Kills;

/// <summary>A role at one moment.</summary>
/// <param name="Version">Its last version; 0: it never was.</param>
/// <param name="SubPrefix">What tells this version's definition from others; null: the role is deleted.</param>
sealed record RoleValue(long Version, string? SubPrefix);

/// <summary>Puts, rolls back and deletes a role of its own, and makes and revokes credential URLs for it.</summary>
sealed class RoleWriter(string name, Random random) : IWriter
{
    const int MostUrls = 8, RememberedUrls = 30;

    sealed record Url(string Id, string Path, Register<bool> Lives);

    readonly Register<RoleValue> _role = new(new(0, null));
    readonly List<RoleValue> _history = [];
    readonly List<Url> _urls = [];
    bool _newUrlInDoubt;
    int _edits;

    string Role => TestBroker.RolePath(KillTests.Shared, name);

    public Task ChangeAsync(Life life)
    {
        var living = _urls.Where(u => u.Lives.Value).ToList();
        var dice = random.Next(10);
        if (_role.Value.SubPrefix is null || dice < 3) return PutAsync(life);
        if (dice < 5) return RollBackAsync(life);
        if (dice < 6) return DeleteAsync(life);
        return living.Count < MostUrls && dice < 9 ? AddUrlAsync(life) : living.Count > 0 ? RevokeUrlAsync(life, living[random.Next(living.Count)]) : PutAsync(life);
    }

    public async Task CheckAsync(Life life)
    {
        await CheckRoleAsync(life);
        await CheckUrlsAsync(life);
    }

    Task PutAsync(Life life)
    {
        var next = new RoleValue(_role.Value.Version + 1, $"{name}-{++_edits}/");
        return SetAsync(life, next, "PutRole", HttpMethod.Put, Role, new { storage = "main", access = new[] { "read" }, subPrefix = next.SubPrefix });
    }

    Task RollBackAsync(Life life)
    {
        var (present, target) = (_role.Value, _history[random.Next(_history.Count)]);
        var next = target.SubPrefix == present.SubPrefix ? present : new(present.Version + 1, target.SubPrefix);
        return SetAsync(life, next, "RollbackRole", HttpMethod.Post, $"{Role}/rollback", new { version = target.Version });
    }

    async Task SetAsync(Life life, RoleValue next, string action, HttpMethod method, string path, object body)
    {
        if (next != _role.Value) _role.Begin(next);
        var answer = (await life.ChangeAsync(action, method, path, body)).DemandSuccess();
        Assert.Equal(next, ValueOf(answer.Json));
        Settle(next);
    }

    async Task DeleteAsync(Life life)
    {
        // A deletion is a change like another, and counted so.
        var next = new RoleValue(_role.Value.Version + 1, null);
        _role.Begin(next);
        foreach (var url in _urls.Where(u => u.Lives.Value)) url.Lives.Begin(false);
        (await life.ChangeAsync("DeleteRole", HttpMethod.Delete, Role)).DemandSuccess();
        Settle(next);
        foreach (var url in _urls) url.Lives.Settle(false, url.Path);
    }

    async Task AddUrlAsync(Life life)
    {
        _newUrlInDoubt = true;
        var made = (await life.ChangeAsync("CreateCredentialUrl", HttpMethod.Post, $"{Role}/credential-urls", new { })).DemandSuccess().Json;
        _newUrlInDoubt = false;
        _urls.Add(new(made.GetProperty("id").GetString()!, new Uri(made.GetProperty("url").GetString()!).AbsolutePath, new(true)));
        if (_urls.Count > RememberedUrls) _urls.Remove(_urls.First(u => !u.Lives.Value));
    }

    async Task RevokeUrlAsync(Life life, Url url)
    {
        url.Lives.Begin(false);
        (await life.ChangeAsync("RevokeCredentialUrl", HttpMethod.Delete, $"{Role}/credential-urls/{url.Id}")).DemandSuccess();
        url.Lives.Settle(false, url.Path);
    }

    void Settle(RoleValue actual)
    {
        _role.Settle(actual, name);
        if (actual.SubPrefix is null) _history.Clear();
        else if (_history.Count == 0 || _history[^1].Version < actual.Version) _history.Add(actual);
        if (_history.Count > RoleRules.KeptVersions) _history.RemoveAt(0);
    }

    async Task CheckRoleAsync(Life life)
    {
        var inDoubt = _role.InDoubt;
        var answer = await life.GetAsync(Role);
        Settle(answer.Status == 404 ? _role.Possible.First(r => r.SubPrefix is null) : ValueOf(answer.DemandSuccess().Json));
        var stands = _role.Value.SubPrefix is not null;
        Assert.Equal(stands, (await life.ListAsync($"/v1/tenants/{KillTests.Shared}/roles")).Any(r => r.GetProperty("role").GetString() == name));
        if (stands) Assert.Equal(_history, (await life.ListAsync($"{Role}/versions")).Select(ValueOf).Reverse());
        // A role's deletion ends its URLs with it: not one without the other.
        if (inDoubt) foreach (var url in _urls.Where(u => u.Lives.InDoubt)) url.Lives.Settle(stands, url.Path);
    }

    async Task CheckUrlsAsync(Life life)
    {
        foreach (var url in _urls)
        {
            var status = (await life.GetAsync(url.Path, key: null)).Status;
            url.Lives.Settle(status == 200, url.Path);
            if (status != 200) Assert.Equal(404, status);
        }
        var mayBeMore = _newUrlInDoubt;
        _newUrlInDoubt = false;
        if (_role.Value.SubPrefix is null) return;
        var listed = (await life.ListAsync($"{Role}/credential-urls")).Select(u => u.GetProperty("id").GetString()!).ToHashSet();
        var known = _urls.Where(u => u.Lives.Value).Select(u => u.Id).ToHashSet();
        Assert.Subset(listed, known);
        // One that was made and not acknowledged is whole, too: it can be revoked.
        var strangers = listed.Except(known).ToList();
        Assert.InRange(strangers.Count, 0, mayBeMore ? 1 : 0);
        foreach (var id in strangers) (await life.ChangeAsync("RevokeCredentialUrl", HttpMethod.Delete, $"{Role}/credential-urls/{id}")).DemandSuccess();
    }

    static RoleValue ValueOf(JsonElement role) => new(role.GetProperty("version").GetInt64(), role.GetProperty("definition").GetProperty("subPrefix").GetString());
}
