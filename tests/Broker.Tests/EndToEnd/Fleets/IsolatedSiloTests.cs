using System.Collections.Concurrent;
using System.Diagnostics;
using Broker.Cluster;
using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Npgsql;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>
/// The network between a silo and all others, its database too, is cut, but not its callers' way to it. The others declare it dead;
/// it believes that it lives. It answers its callers with what is theirs, for a bounded time, and ends when it hears of its death.
/// </summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class IsolatedSiloTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int RolesPerTenant = 15, Askers = 4, Isolated = 3;

    /// <summary>For so long a silo goes by its memory, here; and an API process by its copies.</summary>
    static readonly TimeSpan Confirmed = TimeSpan.FromSeconds(20), Bound = Confirmed + LeaseTerm.Longest;

    /// <summary>What one of the silos answered.</summary>
    sealed record Asked(FleetRole Role, ClusterNode By, Answer Answer, long Began, long Ended)
    {
        public bool Vended => Answer.Status == 200;
    }

    readonly ConcurrentQueue<Asked> _asked = new();
    readonly CancellationTokenSource _end = new();
    readonly Stack<Relay> _relays = new();
    SecludedNetwork? _network;
    FleetCluster? _cluster;
    FleetRole[] _kept = [], _stopped = [];
    Task _asking = Task.CompletedTask;

    FleetCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not started.");

    async Task StartAsync(SecludedNetwork network)
    {
        var database = await PostgresServer.CreateAsync();
        var direct = new NpgsqlConnectionStringBuilder(database.AsSilo);
        var (postgres, sts) = (new Relay(SecludedNetwork.Cluster.Outside, () => direct.Port), new Relay(SecludedNetwork.Callers.Outside, () => Cluster.Emulator.Sts.Port));
        _relays.Push(postgres);
        _relays.Push(sts);
        var throughCable = new NpgsqlConnectionStringBuilder(database.AsSilo) { Host = $"{SecludedNetwork.Cluster.Outside}", Port = postgres.Port };
        _cluster = await FleetCluster.StartAsync(database: database, networkOf: silo => silo == Isolated ? network.Name : null, ofSilo: silo => silo == Isolated
            ? new()
            {
                ["Confirmation:LongestSeconds"] = $"{Confirmed.TotalSeconds}",
                ["AdvertisedAddress"] = $"{SecludedNetwork.Cluster.Inside}",
                ["Postgres:ConnectionString"] = $"{throughCable}",
                ["Postgres:MigrationConnectionString"] = null,
                ["AlibabaCloud:Sts:Endpoint"] = $"http://localhost:{sts.Port}",
                ["Kestrel:Endpoints:Public:Url"] = $"http://{SecludedNetwork.Callers.Inside}:0",
                ["Management:Url"] = $"http://{SecludedNetwork.Callers.Inside}:0",
            }
            : new() { ["Confirmation:LongestSeconds"] = $"{Confirmed.TotalSeconds}", ["AdvertisedAddress"] = $"{SecludedNetwork.Cluster.Outside}" });
        _kept = await Cluster.MakeTenantAsync("kept", Enumerable.Range(0, RolesPerTenant));
        _stopped = await Cluster.MakeTenantAsync("stopped", Enumerable.Range(0, RolesPerTenant));
        _asking = Task.WhenAll(Cluster.Silos.SelectMany(silo => Enumerable.Range(0, Askers).Select(i => AskAsync(silo, i))));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        await _asking;
        if (_cluster is not null) await _cluster.DisposeAsync();
        while (_relays.TryPop(out var relay)) await relay.DisposeAsync();
        _network?.Dispose();
    }

    [LongFact("BROKER_ISOLATED")]
    public async Task It_vends_to_all_only_their_own_and_of_a_tenant_that_was_suspended_meanwhile_nothing_after_the_bound()
    {
        var network = _network = SecludedNetwork.Create();
        await StartAsync(network);
        await VendedByAllAsync();
        var isolated = Cluster.Silos[Isolated - 1];
        network.Cut();
        var cut = Stopwatch.GetTimestamp();
        var suspending = SuspendAsync();
        while (await DeadAsync() == 0) { }
        var declared = Stopwatch.GetElapsedTime(cut);
        var suspended = await suspending;
        await Task.WhenAny(isolated.Process.Ended, Task.Delay(Bound + TimeSpan.FromSeconds(5) - Stopwatch.GetElapsedTime(cut), TimeProvider.System));
        var lived = !isolated.Process.Ended.IsCompleted;
        network.Mend();
        await isolated.Process.Ended;

        Assert.All(_asked.Where(a => a.Vended), a => Assert.Equal(SessionOf(a.Role), Cluster.Emulator.FindSession(a.Answer.AccessKeyId)?.SessionName));
        var ofStopped = _asked.Where(a => a.Vended && _stopped.Contains(a.Role)).ToList();
        Assert.DoesNotContain(ofStopped, a => a.By != isolated && a.Began > suspended);
        Assert.DoesNotContain(ofStopped, a => Stopwatch.GetElapsedTime(cut, a.Ended) > Bound);
        var after = _asked.Where(a => a.By == isolated && a.Began > cut).ToList();
        var late = ofStopped.Where(a => a.By == isolated && a.Began > cut).Select(a => Stopwatch.GetElapsedTime(cut, a.Ended).TotalSeconds).ToList();
        output.WriteLine($"Cut off, and declared dead after {declared.TotalSeconds:0.0} s. {_asked.Count(a => a.Vended)} vends by three silos, each of the role's own session. The tenant was suspended {Stopwatch.GetElapsedTime(cut, suspended).TotalSeconds:0.0} s after the cut.");
        output.WriteLine($"Alone, the silo {(lived ? "lived on" : "ended")}; it answered {string.Join(", ", after.CountBy(a => a.Vended ? "200" : a.Answer.Code!).Select(c => $"{c.Value} {c.Key}"))}. Of the suspended tenant it vended {late.Count} times, "
            + $"the last {late.DefaultIfEmpty().Max():0.0} s after it was cut off (the bound is {Bound.TotalSeconds:0} s); with the network again it has ended by itself.");
    }

    async Task AskAsync(ClusterNode silo, int first)
    {
        FleetRole[] roles = [.. _kept, .. _stopped];
        for (var i = first; !_end.IsCancellationRequested && !silo.Process.Ended.IsCompleted; i += Askers)
            try
            {
                var (role, began) = (roles[i % roles.Length], Stopwatch.GetTimestamp());
                var answer = await Cluster.SendAsync(HttpMethod.Get, $"{role.Path}/credentials", null, silo, role.Key);
                _asked.Enqueue(new(role, silo, answer, began, Stopwatch.GetTimestamp()));
            }
            // Of a process that ends.
            catch (HttpRequestException) { await Task.Yield(); }
    }

    async Task VendedByAllAsync()
    {
        while (_asked.Where(a => a.Vended).DistinctBy(a => (a.Role, a.By)).Count() < 2 * RolesPerTenant * Cluster.Silos.Count) await Task.Yield();
    }

    async Task<long> DeadAsync() => (long)(await Cluster.Database.SqlAsync("SELECT count(*) FROM OrleansMembershipTable WHERE Status = 6"))!;

    /// <summary>When it was answered that the tenant is stopped.</summary>
    async Task<long> SuspendAsync()
    {
        while (await Cluster.SendAsync(HttpMethod.Post, "/v1/tenants/stopped/suspend", null, Cluster.Silos[0]) is { Status: not 200 } refusal)
            Assert.Equal(503, refusal.Status);
        return Stopwatch.GetTimestamp();
    }

    static string SessionOf(FleetRole role) => role.Path.Split('/') is [.., var tenant, "roles", var name] ? $"{tenant}@{name}" : throw new ArgumentException(role.Path);
}
