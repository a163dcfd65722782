using Broker.Emulator;
using Broker.Tests.EndToEnd.Kills;
using Broker.Tests.Storage;

namespace Broker.Tests.EndToEnd.Warmth;

/// <summary>Roles that are kept warm have credentials although nobody asks for any.</summary>
public sealed class KeepWarmTests
{
    static readonly string Role = WarmBroker.RolesOf("acme").First();

    [Fact]
    public async Task A_role_is_renewed_without_a_request_for_as_long_as_it_is_kept_warm()
    {
        await using var warm = await WarmBroker.StartAsync();
        await warm.PutTenantAsync("acme", keepWarmRoles: 1);
        (await warm.PutAsync("acme", Role)).DemandSuccess();
        // At once, not at the first round.
        await warm.FreshAsync("acme", Role);
        for (var minute = 0; minute < 4 * 15; minute++)
        {
            await warm.MinuteAsync();
            Assert.NotEqual("none", await warm.StateAsync("acme", Role));
        }
        // Renewed at half of their life.
        Assert.InRange(warm.Calls, 8, 11);

        (await warm.PutAsync("acme", Role, keepWarm: false)).DemandSuccess();
        for (var minute = 0; minute < 2 * 15; minute++)
        {
            await warm.MinuteAsync();
            await warm.SettledAsync("acme", Role);
        }
        Assert.Equal("none", await warm.StateAsync("acme", Role));
        Assert.Empty(await warm.ListAsync());
    }

    [Fact]
    public async Task After_a_restart_it_is_renewed_without_a_request_and_no_sooner_than_is_due()
    {
        await using var first = await WarmBroker.StartAsync();
        await first.PutTenantAsync("acme", keepWarmRoles: 1);
        (await first.PutAsync("acme", Role)).DemandSuccess();
        await first.FreshAsync("acme", Role);
        await using var again = await first.RestartAsync();
        Assert.Equal([new("acme", Role)], await again.ListAsync());
        await again.MinutesAsync(6);
        Assert.Equal(1, again.Calls);
        await again.MinutesAsync(2);
        Assert.Equal(2, again.Calls);
        await again.MinutesAsync(15);
        Assert.InRange(again.Calls, 4, 5);
    }

    [Fact]
    public async Task After_a_crash_it_is_renewed_without_a_request_and_no_sooner_than_is_due()
    {
        var data = Directory.CreateTempSubdirectory("broker-warm-").FullName;
        await RunAndKillAsync(data);
        await using var again = await WarmBroker.StartAsync(data, new(TimeProvider.System.GetUtcNow()));
        await again.MinutesAsync(3);
        Assert.Equal(1, again.Calls);
        await again.MinutesAsync(6);
        Assert.Equal(2, again.Calls);
    }

    /// <summary>A silo of its own process makes the role, and ends with its first session.</summary>
    static async Task RunAndKillAsync(string data)
    {
        await using var emulator = await EmulatorHost.StartAsync(new()
        {
            DataDirectory = Path.Combine(data, "emulator"),
            AccessKeys = new Dictionary<string, string> { [TestBroker.KeyId] = TestBroker.KeySecret },
        }, CancellationToken.None);
        await using var silo = await Life.StartAsync(
        [
            new("DataDirectory", data), new("SiloPort", "0"), new("GatewayPort", "0"), new("AlibabaCloud:Sts:Endpoint", emulator.Sts.ToString()),
            new("AlibabaCloud:Identity:AccessKeyId", TestBroker.KeyId), new("AlibabaCloud:Identity:AccessKeySecret", TestBroker.KeySecret),
            .. PostgresServer.IsChosen ? [new("Postgres:ConnectionString", (await PostgresDatabase.OfAsync(data)).AsSilo)] : Array.Empty<KeyValuePair<string, string?>>(),
        ]);
        (await silo.ChangeAsync("PutTenant", HttpMethod.Put, "/v1/tenants/acme", new { storage = new[] { TestBroker.Storage("acme", "tenants/acme/") }, limits = new { keepWarmRoles = 1 } })).DemandSuccess();
        (await silo.ChangeAsync("PutRole", HttpMethod.Put, TestBroker.RolePath("acme", Role), WarmBroker.Definition())).DemandSuccess();
        await WarmBroker.UntilAsync(async () => (await silo.GetAsync($"{TestBroker.RolePath("acme", Role)}/status")).Json.GetProperty("state").GetString() == "fresh", "the first session");
        await silo.KillAsync();
    }
}
