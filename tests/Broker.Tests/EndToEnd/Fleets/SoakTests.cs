using System.Net.Http.Json;
using Broker.Cluster;
using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>A fleet whose roles renew every minute or two, while silos stop, are killed and start at random.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class SoakTests(ITestOutputHelper output)
{
    const int Roles = 200, Clients = 8;

    /// <summary>Of sessions of 900 s, the shortest that there are, so much is over when STS, whose clock is slow, grants them.</summary>
    const int OverSeconds = 720;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20), LongestCalm = TimeSpan.FromSeconds(20);

    /// <summary>A silo that ended and is there again.</summary>
    /// <param name="Killed">Whether it was killed, not told to stop.</param>
    /// <param name="Silo">Which.</param>
    /// <param name="At">The timestamp.</param>
    /// <param name="Lasted">Until it was ready, and every role had been asked for once more.</param>
    sealed record Disturbance(bool Killed, ClusterNode Silo, long At, TimeSpan Lasted)
    {
        /// <summary>Whether it was under way then, or begun before the silo was there again.</summary>
        public bool Met(Attempt attempt) => Since(attempt) is var began && began + attempt.Took > TimeSpan.Zero && began < Lasted;

        public string Describe(Attempt attempt) => $"{Since(attempt).TotalSeconds:0.0} s after {(Killed ? "kill -9" : "SIGTERM")} of {Silo.Name}, which lasted {Lasted.TotalSeconds:0.0} s";

        TimeSpan Since(Attempt attempt) => TimeProvider.System.GetElapsedTime(At, attempt.Began);
    }

    readonly Random _random = new(LongRun.Of("BROKER_SEED", Random.Shared.Next()));
    readonly List<Disturbance> _disturbances = [];

    [LongFact("BROKER_SOAK_MINUTES")]
    public async Task No_request_fails_but_for_silos_that_were_killed_and_memory_stays_flat()
    {
        var minutes = LongRun.Of("BROKER_SOAK_MINUTES", 20);
        await using var cluster = await FleetCluster.StartAsync();
        await SlowClockAsync(cluster);
        var fleet = new Fleet(cluster, await cluster.MakeRolesAsync(Roles, durationSeconds: 900), Clients, Pause);
        fleet.Start();
        await fleet.AllServedAsync();
        var end = Task.Delay(TimeSpan.FromMinutes(minutes), TimeProvider.System);
        var memory = new ProcessMemory(cluster.Silos);
        await Task.WhenAll(memory.WatchAsync(end), DisturbAsync(cluster, fleet, end));
        await fleet.ServedAsync(Roles);
        await fleet.StopAsync();

        var failed = fleet.Attempts.Where(a => a.Status != 200).ToList();
        var unexplained = failed.Where(attempt => !_disturbances.Exists(d => d.Killed && d.Met(attempt))).ToList();
        output.WriteLine($"{minutes} min, {_disturbances.Count(d => !d.Killed)} SIGTERM, {_disturbances.Count(d => d.Killed)} kill -9: of {fleet.Attempts.Count} requests for {Roles} roles {failed.Count} failed, {failed.Count - unexplained.Count} of them after a kill; {cluster.Emulator.AssumeRoleCalls} AssumeRole calls.");
        foreach (var silo in cluster.Silos)
            output.WriteLine($"{silo.Name}, {(silo == cluster.Silos[0] ? "never" : "sometimes")} restarted: {memory.MedianOf(silo, 2):0} MB at the median of the second quarter, {memory.MedianOf(silo, 4):0} MB of the last.");
        Assert.True(unexplained.Count == 0, string.Join('\n', unexplained.Select(a => $"{a.Status} {a.Said} by {a.Api.Name} for {a.Took.TotalSeconds:0.0} s: {string.Join(", ", _disturbances.Where(d => d.At < a.Began).TakeLast(2).Select(d => d.Describe(a)))}")));
        Assert.True(cluster.Emulator.AssumeRoleCalls > Roles, "No role was renewed.");
        Assert.Equal(0, cluster.Emulator.AssumeRoleRejections);
        // What a collection has not taken yet comes and goes.
        Assert.True(memory.MedianOf(cluster.Silos[0], 4) < memory.MedianOf(cluster.Silos[0], 2) * 1.25, "Memory grows.");
    }

    static async Task SlowClockAsync(FleetCluster cluster)
    {
        using var http = new HttpClient();
        (await http.PutAsJsonAsync(new Uri(cluster.Emulator.Sts, "_emulator/clock"), new { offsetSeconds = -OverSeconds })).EnsureSuccessStatusCode();
    }

    /// <summary>The first silo is left alone: its memory is that of the whole time.</summary>
    async Task DisturbAsync(FleetCluster cluster, Fleet fleet, Task end)
    {
        while (!end.IsCompleted)
        {
            await Task.WhenAny(end, Task.Delay(LongestCalm * _random.NextDouble(), TimeProvider.System));
            var silo = cluster.Silos[_random.Next(1, cluster.Silos.Count)];
            await DisturbAsync(silo, fleet, killed: _random.Next(2) == 0);
        }
    }

    async Task DisturbAsync(ClusterNode silo, Fleet fleet, bool killed)
    {
        var at = TimeProvider.System.GetTimestamp();
        if (killed) await silo.Process.KillAsync();
        else Assert.Equal(0, await silo.Process.StopAsync());
        await silo.StartAsync();
        await fleet.ServedAsync(Roles);
        _disturbances.Add(new(killed, silo, at, TimeProvider.System.GetElapsedTime(at)));
    }
}
