namespace Broker.Tests.EndToEnd.Kills;

/// <summary>Makes and revokes API keys, which it knows again in the tenant's list by the role that they are bound to.</summary>
sealed class KeyWriter(string name, Random random) : IWriter
{
    const int MostKeys = 10, RememberedKeys = 40;

    const string Keys = $"/v1/tenants/{KillTests.Shared}/api-keys";

    sealed record Key(string Id, string Secret, Register<bool> Lives);

    readonly List<Key> _keys = [];
    bool _newInDoubt;

    public Task ChangeAsync(Life life)
    {
        var living = _keys.Where(k => k.Lives.Value).ToList();
        return living.Count == 0 || (living.Count < MostKeys && random.Next(2) == 0) ? AddAsync(life) : RevokeAsync(life, living[random.Next(living.Count)]);
    }

    public async Task CheckAsync(Life life)
    {
        foreach (var key in _keys)
        {
            // A key that is good is told that its role is not there; any other is not told anything.
            var status = (await life.GetAsync(TestBroker.RolePath(KillTests.Shared, name), key.Secret)).Status;
            key.Lives.Settle(status == 404, key.Id);
            if (status != 404) Assert.Equal(401, status);
        }
        var listed = (await life.ListAsync(Keys)).Where(k => k.GetProperty("roles")[0].GetString() == name).Select(k => k.GetProperty("keyId").GetString()!).ToHashSet();
        var known = _keys.Where(k => k.Lives.Value).Select(k => k.Id).ToHashSet();
        Assert.Subset(listed, known);
        // One that was made and not acknowledged is whole, too: it can be revoked.
        var strangers = listed.Except(known).ToList();
        Assert.InRange(strangers.Count, 0, _newInDoubt ? 1 : 0);
        _newInDoubt = false;
        foreach (var id in strangers) (await life.ChangeAsync("RevokeApiKey", HttpMethod.Delete, $"{Keys}/{id}")).DemandSuccess();
    }

    async Task AddAsync(Life life)
    {
        _newInDoubt = true;
        var made = (await life.ChangeAsync("CreateApiKey", HttpMethod.Post, Keys, new { scopes = new[] { "credentials:read" }, roles = new[] { name } })).DemandSuccess().Json;
        _newInDoubt = false;
        _keys.Add(new(made.GetProperty("keyId").GetString()!, made.GetProperty("apiKey").GetString()!, new(true)));
        if (_keys.Count > RememberedKeys) _keys.Remove(_keys.First(k => !k.Lives.Value));
    }

    static async Task RevokeAsync(Life life, Key key)
    {
        key.Lives.Begin(false);
        (await life.ChangeAsync("RevokeApiKey", HttpMethod.Delete, $"{Keys}/{key.Id}")).DemandSuccess();
        key.Lives.Settle(false, key.Id);
    }
}
