using System.Net.Http.Json;
using Broker.Cluster;
using Broker.Tests.Storage;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>A test that goes on for so many minutes as <c>BROKER_SOAK_MINUTES</c> says; skipped without.</summary>
sealed class SoakFactAttribute : FactAttribute
{
    public const string Variable = "BROKER_SOAK_MINUTES";

    public SoakFactAttribute()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null) Skip = $"{Variable} is not set: tests/long sets it.";
    }
}

/// <summary>A fleet whose roles renew every minute or two, while silos stop, are killed and start at random.</summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    const int Roles = 200, Clients = 8;

    /// <summary>Of sessions of 900 s, the shortest that there are, so much is over when STS, whose clock is slow, grants them.</summary>
    const int OverSeconds = 720;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20), LongestCalm = TimeSpan.FromSeconds(20);

    readonly Random _random = new(LongRun.Of("BROKER_SEED", Random.Shared.Next()));
    readonly List<(ClusterNode Silo, long At, TimeSpan Until)> _kills = [];
    int _stops;

    [SoakFact]
    public async Task No_request_fails_but_for_silos_that_were_killed_and_memory_stays_flat()
    {
        var minutes = LongRun.Of(SoakFactAttribute.Variable, 20);
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
        Assert.All(failed, attempt => Assert.True(_kills.Exists(kill => IsOf(kill, attempt)), $"{attempt}"));
        Assert.True(cluster.Emulator.AssumeRoleCalls > Roles, "No role was renewed.");
        Assert.Equal(0, cluster.Emulator.AssumeRoleRejections);
        output.WriteLine($"{minutes} min, {_stops} SIGTERM, {_kills.Count} kill -9: of {fleet.Attempts.Count} requests for {Roles} roles {failed.Count} failed, all of them after a kill; {cluster.Emulator.AssumeRoleCalls} AssumeRole calls.");
        foreach (var silo in cluster.Silos)
            output.WriteLine($"{silo.Name}, {(silo == cluster.Silos[0] ? "never" : "sometimes")} restarted: {memory.MedianOf(silo, 2):0} MB at the median of the second quarter, {memory.MedianOf(silo, 4):0} MB of the last.");
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
            if (_random.Next(2) == 0) await StopAsync(silo);
            else await KillAsync(silo, fleet);
        }
    }

    async Task StopAsync(ClusterNode silo)
    {
        _stops++;
        Assert.Equal(0, await silo.Process.StopAsync());
        await silo.StartAsync();
    }

    async Task KillAsync(ClusterNode silo, Fleet fleet)
    {
        var killedAt = TimeProvider.System.GetTimestamp();
        await silo.Process.KillAsync();
        await silo.StartAsync();
        await fleet.ServedAsync(Roles);
        _kills.Add((silo, killedAt, TimeProvider.System.GetElapsedTime(killedAt)));
    }

    /// <summary>Whether it was under way to the silo, or begun before that was there again.</summary>
    static bool IsOf((ClusterNode Silo, long At, TimeSpan Until) kill, Attempt attempt)
    {
        var ended = TimeProvider.System.GetElapsedTime(kill.At, attempt.Began) + attempt.Took;
        return ended > TimeSpan.Zero && ended - attempt.Took < kill.Until;
    }
}
