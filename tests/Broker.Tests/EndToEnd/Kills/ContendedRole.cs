using System.Collections.Concurrent;

namespace Broker.Tests.EndToEnd.Kills;

/// <summary>One role that several edit at once. Each edit has a definition of its own, so each version tells whose it is.</summary>
sealed class ContendedRole(string name) : IWriter
{
    readonly ConcurrentDictionary<long, string> _acknowledged = new();
    readonly ConcurrentDictionary<string, bool> _inDoubt = new();
    int _edits;

    string Role => TestBroker.RolePath(KillTests.Shared, name);

    public async Task ChangeAsync(Life life)
    {
        var edit = $"edit-{Interlocked.Increment(ref _edits)}/";
        _inDoubt[edit] = true;
        var answer = (await life.ChangeAsync("PutRole", HttpMethod.Put, Role, new { storage = "main", access = new[] { "list" }, subPrefix = edit })).DemandSuccess().Json;
        Assert.True(_acknowledged.TryAdd(answer.GetProperty("version").GetInt64(), edit), $"{answer} was acknowledged twice");
        _inDoubt.TryRemove(edit, out _);
    }

    public async Task CheckAsync(Life life)
    {
        var versions = (await life.ListAsync($"{Role}/versions")).ToDictionary(v => v.GetProperty("version").GetInt64(), v => v.GetProperty("definition").GetProperty("subPrefix").GetString()!);
        var newest = (await life.GetAsync(Role)).DemandSuccess().Json.GetProperty("version").GetInt64();
        Assert.InRange(newest, _acknowledged.Keys.Max(), long.MaxValue);
        var oldest = Math.Max(1, newest - RoleRules.KeptVersions + 1);
        for (var version = oldest; version <= newest; version++)
        {
            Assert.True(versions.Remove(version, out var edit), $"version {version} is missing");
            if (_acknowledged.TryGetValue(version, out var acknowledged)) Assert.Equal(acknowledged, edit);
            else Assert.True(_inDoubt.ContainsKey(edit), $"version {version} is of nobody: {edit}");
        }
        Assert.Empty(versions);
    }
}
