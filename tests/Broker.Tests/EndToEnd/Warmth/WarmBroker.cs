using System.Text.Json;
using Broker.Grains.Storage;
using Broker.Grains.Warmth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Broker.Tests.EndToEnd.Warmth;

/// <summary>A broker in whose roles nothing happens but by the clock, which is the test's.</summary>
sealed class WarmBroker : IAsyncDisposable
{
    /// <summary>The shortest session, which is renewed with half of it left.</summary>
    public const int Shortest = RoleRules.ShortestSession;

    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Patience = TimeSpan.FromMinutes(1);

    WarmBroker(TestBroker broker, FakeTimeProvider clock, Rounds rounds) => (Broker, Clock, Rounds) = (broker, clock, rounds);

    public TestBroker Broker { get; }
    public FakeTimeProvider Clock { get; }
    public Rounds Rounds { get; }
    public long Calls => Broker.Emulator.AssumeRoleCalls;

    public static async Task<WarmBroker> StartAsync(string? data = null, FakeTimeProvider? clock = null, Dictionary<string, string?>? settings = null)
    {
        clock ??= new(new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
        var rounds = new Rounds();
        return new(await TestBroker.StartAsync(data, clock, settings, adjust: builder => builder.Services.AddSingleton<IIncomingGrainCallFilter>(rounds).AddSingleton<IOutgoingGrainCallFilter>(rounds)), clock, rounds);
    }

    /// <summary>Names of roles whose shard is one and the same.</summary>
    public static IEnumerable<string> RolesOf(string tenant) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"role-{i}").Where(role => WarmShards.KeyOf(new(tenant, role)) == "w/0");

    /// <summary>Stops it, and starts it on its data at the same moment.</summary>
    public async Task<WarmBroker> RestartAsync(Dictionary<string, string?>? settings = null)
    {
        await DisposeAsync();
        return await StartAsync(Broker.Data, Clock, settings);
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        Rounds.Dispose();
    }

    public Task PutTenantAsync(string tenant, int keepWarmRoles, int roles = 1000) => PutTenantAsync(tenant, new { keepWarmRoles, roles });

    /// <summary>A tenant with a RAM role of its own name.</summary>
    public async Task PutTenantAsync(string tenant, object limits) =>
        (await Broker.SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}", new { Storage = new[] { TestBroker.Storage(tenant, $"tenants/{tenant}/", tenant) }, Limits = limits })).DemandSuccess();

    /// <summary>Puts a role, with the shortest sessions.</summary>
    public Task<Answer> PutAsync(string tenant, string role, bool? keepWarm = true, bool disabled = false, int durationSeconds = Shortest, string key = TestBroker.AdminKey) =>
        Broker.SendAsync(HttpMethod.Put, TestBroker.RolePath(tenant, role), Definition(keepWarm, disabled, durationSeconds), key);

    public static object Definition(bool? keepWarm = true, bool disabled = false, int durationSeconds = Shortest) =>
        new { storage = "main", access = new[] { "read" }, durationSeconds, keepWarm, disabled };

    /// <summary>Moves the clock by a minute, and waits for the rounds of so many shards.</summary>
    public async Task MinuteAsync(int shards = 1)
    {
        var expected = Rounds.Ended + shards;
        await BeginMinuteAsync(shards);
        await UntilAsync(() => Rounds.Ended >= expected, "a round of each shard");
    }

    /// <summary>Moves the clock by a minute, at which so many shards begin their rounds.</summary>
    public async Task BeginMinuteAsync(int shards)
    {
        await UntilAsync(() => Rounds.WaitingOf(Broker.Services) >= shards, "every shard to wait for its next minute");
        Clock.Advance(Minute);
    }

    public async Task MinutesAsync(int minutes)
    {
        for (; minutes > 0; minutes--) await MinuteAsync();
    }

    public async Task<string> StateAsync(string tenant, string role) => (await StatusAsync(tenant, role)).GetProperty("state").GetString()!;

    /// <summary>Waits until it has its first session, which is stored then.</summary>
    public Task FreshAsync(string tenant, string role) => UntilAsync(async () => await StateAsync(tenant, role) == "fresh", $"the first session of {tenant}'s {role}");

    /// <summary>Waits until the role has nothing to renew at this moment.</summary>
    public Task SettledAsync(string tenant, string role) => UntilAsync(async () =>
        (await StatusAsync(tenant, role)).GetProperty("nextRefresh") is var next && (next.ValueKind == JsonValueKind.Null || next.GetDateTimeOffset() > Clock.GetUtcNow()), "a renewal");

    async Task<JsonElement> StatusAsync(string tenant, string role) => (await Broker.GetAsync($"{TestBroker.RolePath(tenant, role)}/status")).DemandSuccess().Json;

    /// <summary>Asks the role as its shard does.</summary>
    public Task<bool> AskAsync(RoleKey role) => Broker.Services.GetRequiredService<IGrainFactory>().GetGrain<IWarmRoleGrain>(role.ToString()).KeepWarm();

    /// <summary>The stored list of the shard.</summary>
    public async Task<IEnumerable<RoleKey>> ListAsync(string shard = "w/0")
    {
        var storage = Broker.Services.GetRequiredKeyedService<IGrainStorage>(GuardedGrainStorage.Name);
        var state = await storage.PeekAsync<WarmRolesState>(WarmRolesState.Name, GrainId.Create("warm-shard", shard));
        return state.Roles.OrderBy(role => role.ToString(), StringComparer.Ordinal);
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    /// <summary>Looks again at each turn of the scheduler: the events come from sockets and databases, not from a clock.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience) throw new TimeoutException($"In vain waited for {what}.");
            await Task.Yield();
        }
    }
}
