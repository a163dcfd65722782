using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Broker.Silo.Commands;
using Broker.Silo.Keys;
using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>The runbook's rotation of the master key, step by step on three silos under load, each silo drained as the runbook says.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class KeyRotationTests(ITestOutputHelper output)
{
    const int Roles = 300, Clients = 6;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    [LongFact("BROKER_ROTATION")]
    public async Task No_request_fails_and_no_session_is_minted_while_the_master_key_is_rotated()
    {
        await using var cluster = await FleetCluster.StartAsync();
        var fleet = new Fleet(cluster, await cluster.MakeRolesAsync(Roles), Clients, Pause);
        fleet.Start();
        await fleet.AllServedAsync();
        var minted = cluster.Emulator.AssumeRoleCalls;
        var began = Stopwatch.GetTimestamp();
        var file = Path.Combine(cluster.Data, MasterKeys.DevelopmentFile);
        var old = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await File.ReadAllBytesAsync(file))!["masterKeys"].GetProperty("development").GetString()!;
        var fresh = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

        await WriteAsync(file, "development", new() { ["development"] = old, ["fresh"] = fresh });
        await RestartOneByOneAsync(cluster, fleet);
        await WriteAsync(file, "fresh", new() { ["development"] = old, ["fresh"] = fresh });
        await RestartOneByOneAsync(cluster, fleet);
        var first = await ResealAsync(cluster, file);
        var second = await ResealAsync(cluster, file);
        await WriteAsync(file, "fresh", new() { ["fresh"] = fresh });
        await RestartOneByOneAsync(cluster, fleet);
        await fleet.ServedAsync(2 * Roles);
        await fleet.StopAsync();

        Assert.Contains("Credentials of roles: 0 resealed", second.Said, StringComparison.Ordinal);
        var failed = fleet.Attempts.Where(a => a.Status != 200).ToList();
        Assert.True(failed.Count == 0, string.Join('\n', failed.Take(10).Select(a => $"{a.Api.Name}: {a.Status} {a.Said}")));
        Assert.Equal(minted, cluster.Emulator.AssumeRoleCalls);
        output.WriteLine($"The master key of three silos was rotated in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s, with 9 drained restarts: 0 of {fleet.Attempts.Count} requests for {Roles} roles failed, the slowest took {fleet.Attempts.Max(a => a.Took).TotalSeconds:0.00} s; 0 AssumeRole calls.");
        output.WriteLine($"reseal: {first.Took.TotalSeconds:0.0} s, then {second.Took.TotalSeconds:0.0} s. {first.Said}");
    }

    static Task WriteAsync(string file, string active, Dictionary<string, string> keys) =>
        File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { activeKeyId = active, masterKeys = keys }));

    /// <summary>The next one only when the one before is ready again, and all roles were asked for meanwhile.</summary>
    static async Task RestartOneByOneAsync(FleetCluster cluster, Fleet fleet)
    {
        foreach (var silo in cluster.Silos)
        {
            Assert.Equal(0, await silo.Process.StopAsync());
            await silo.StartAsync();
            await fleet.ServedAsync(Roles);
        }
    }

    static async Task<(string Said, TimeSpan Took)> ResealAsync(FleetCluster cluster, string file)
    {
        var began = Stopwatch.GetTimestamp();
        using var said = new StringWriter();
        var code = await Reseal.RunAsync([$"--Postgres:ConnectionString={cluster.Database.AsSilo}", $"--MasterKeyFile={file}", "--environment=Development"], said, default);
        Assert.True(code == Reseal.Done, said.ToString());
        return ($"{said}".ReplaceLineEndings(" "), Stopwatch.GetElapsedTime(began));
    }
}
