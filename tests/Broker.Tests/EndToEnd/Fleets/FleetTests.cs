using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>A fleet of clients on three silos while silos stop, are killed and start. <c>BROKER_FLEET_ROLES</c> says how many roles.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class FleetTests(ITestOutputHelper output)
{
    const int Clients = 12;

    /// <summary>How long a role may fail whose silo was killed and whose credentials no living process has.</summary>
    static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(5);

    readonly int _roles = LongRun.Of("BROKER_FLEET_ROLES", 100);

    static string Describe(IEnumerable<Attempt> failed, long since) => string.Join('\n', failed.Take(10).Select(a =>
        $"{TimeProvider.System.GetElapsedTime(since, a.Began).TotalSeconds:0.0} s after it, for {a.Took.TotalSeconds:0.0} s, by {a.Api.Name}: {a.Status} {a.Said}"));

    /// <summary>One after the other on one cluster, which takes long to start.</summary>
    [PostgresFact]
    public async Task A_silo_that_is_told_to_stop_fails_no_request_and_one_that_is_killed_costs_leased_roles_nothing_and_others_some_seconds()
    {
        await using var cluster = await FleetCluster.StartAsync();
        var roles = await cluster.MakeRolesAsync(_roles);
        await StopOneAsync(cluster, roles);
        await KillOneAsync(cluster, roles);
    }

    async Task StopOneAsync(FleetCluster cluster, FleetRole[] roles)
    {
        var fleet = new Fleet(cluster, roles, Clients);
        fleet.Start();
        await fleet.AllServedAsync();
        var minted = cluster.Emulator.AssumeRoleCalls;
        var stopped = cluster.Silos[1];
        var toldAt = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await stopped.Process.StopAsync());
        await fleet.ServedAsync(2 * _roles);
        await stopped.StartAsync();
        await fleet.ServedAsync(2 * _roles);
        await fleet.StopAsync();
        var failed = fleet.Attempts.Where(a => a.Status != 200).ToList();
        Assert.True(failed.Count == 0, Describe(failed, toldAt));
        Assert.Equal(minted, cluster.Emulator.AssumeRoleCalls);
        output.WriteLine($"SIGTERM of one of three silos, {_roles} roles, {Clients} clients: 0 of {fleet.Attempts.Count} requests failed, the slowest took {fleet.Attempts.Max(a => a.Took).TotalSeconds:0.00} s; 0 AssumeRole calls.");
    }

    async Task KillOneAsync(FleetCluster cluster, FleetRole[] roles)
    {
        var fleet = new Fleet(cluster, roles, Clients);
        fleet.Start();
        await fleet.AllServedAsync();
        await fleet.ServedAsync(2 * _roles);
        var minted = cluster.Emulator.AssumeRoleCalls;
        var victim = cluster.Silos[2];
        // Acknowledged a moment before.
        var changed = await ChangeAsync(cluster, 20);
        var killedAt = TimeProvider.System.GetTimestamp();
        await victim.Process.KillAsync();
        await fleet.ServedAsync(10 * _roles);
        await fleet.StopAsync();

        var failed = fleet.Attempts.Where(a => a.Status != 200 && a.Api != victim).ToList();
        var ofLeased = failed.Where(a => a.Leased).ToList();
        Assert.True(ofLeased.Count == 0, Describe(ofLeased, killedAt));
        var longest = failed.Count == 0 ? TimeSpan.Zero : failed.Max(a => TimeProvider.System.GetElapsedTime(killedAt, a.Began) + a.Took);
        Assert.True(longest < LongestAbsence, $"Failing for {longest}: {Describe(failed, killedAt)}");
        Assert.Equal(minted, cluster.Emulator.AssumeRoleCalls);
        foreach (var (path, version) in changed) Assert.Equal(version, (await cluster.SendAsync(HttpMethod.Get, path)).DemandSuccess().Json.GetProperty("version").GetInt64());
        output.WriteLine($"kill -9 of one of three silos, {_roles} roles, {Clients} clients: of {fleet.Attempts.Count} requests, {failed.Count} of roles without a lease failed, the last after {longest.TotalSeconds:0.0} s, none of roles with one; the slowest answer took {fleet.Attempts.Where(a => a.Status == 200).Max(a => a.Took).TotalSeconds:0.00} s; 0 AssumeRole calls; {changed.Count} changes acknowledged before are there.");
    }

    static async Task<List<(string Path, long Version)>> ChangeAsync(FleetCluster cluster, int roles)
    {
        var changed = new List<(string, long)>();
        (await cluster.SendAsync(HttpMethod.Put, "/v1/tenants/changed", new { Storage = new[] { new { Name = "main", RoleArn = "acs:ram::1234567890123456:role/tests", Bucket = "broker-demo", Region = "cn-hangzhou", KeyPrefix = "tenants/changed/" } } })).DemandSuccess();
        for (var i = 0; i < roles; i++)
        {
            var path = TestBroker.RolePath("changed", $"role-{i}");
            var put = await cluster.SendAsync(HttpMethod.Put, path, new { storage = "main", access = new[] { "read" } }, cluster.Silos[i % 2]);
            changed.Add((path, put.DemandSuccess().Json.GetProperty("version").GetInt64()));
        }
        return changed;
    }
}
