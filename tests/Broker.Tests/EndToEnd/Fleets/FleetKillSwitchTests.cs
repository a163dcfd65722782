using System.Collections.Concurrent;
using Broker.Cluster;
using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>The kill switch amid a fleet on three silos and an API tier: once it has answered, no process vends, whichever is asked.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class FleetKillSwitchTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int Clients = 8, Roles = 40;

    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentBag<string> _vendedAfter = [];
    readonly Tally _vended = new();
    FleetCluster _cluster = null!;
    FleetRole[] _roles = [];
    Task _clients = Task.CompletedTask;
    // Begins with each stop that is being tested; ended with its answer.
    volatile bool _stopped;

    public async Task InitializeAsync()
    {
        if (!PostgresServer.IsThere) return;
        _cluster = await FleetCluster.StartAsync(silos: 3, apiTier: 2);
        _roles = await _cluster.MakeRolesAsync(Roles);
        // Of the tier and of the silos themselves: all hold copies.
        ClusterNode[] apis = [.. _cluster.Apis, .. _cluster.Silos];
        _clients = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => RunAsync(apis, client)));
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _clients;
        if (_cluster is not null) await _cluster.DisposeAsync();
    }

    async Task RunAsync(ClusterNode[] apis, int client)
    {
        await Task.Yield();
        for (var i = client; !_stop.IsCancellationRequested; i++)
        {
            var (role, api) = (_roles[i % _roles.Length], apis[i % apis.Length]);
            if (api.Process.Ended.IsCompleted) continue;
            var begunAfter = _stopped;
            try
            {
                var answer = await _cluster.SendAsync(HttpMethod.Get, $"{role.Path}/credentials", null, api, role.Key);
                if (answer.Status != 200) continue;
                _vended.Add();
                if (begunAfter && _stopped) _vendedAfter.Add($"{api.Name} vended {answer.AccessKeyId} of {role}");
            }
            // Of the silo that is killed.
            catch (HttpRequestException) { }
        }
    }

    async Task<double> StopAsync(HttpMethod method, string path, object? body = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        (await _cluster.SendAsync(method, path, body)).DemandSuccess();
        _stopped = true;
        var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        // Every process is asked for every role more than once.
        for (var i = 0; i < 3; i++)
            foreach (var node in _cluster.Apis.Concat(_cluster.Silos).Where(node => !node.Process.Ended.IsCompleted))
                foreach (var role in _roles.Take(10))
                {
                    var answer = await _cluster.SendAsync(HttpMethod.Get, $"{role.Path}/credentials", null, node, role.Key);
                    if (answer.Status == 200) _vendedAfter.Add($"{node.Name} vended {answer.AccessKeyId} of {role}");
                }
        Assert.Empty(_vendedAfter);
        return took;
    }

    async Task ResumeAsync()
    {
        _stopped = false;
        (await _cluster.SendAsync(HttpMethod.Post, "/v1/tenants/fleet-0/resume")).DemandSuccess();
        await _vended.MoreAsync(2 * Roles);
    }

    /// <summary>One after the other on one cluster, which takes long to start.</summary>
    [PostgresFact]
    public async Task A_tenant_a_role_or_a_key_that_is_stopped_is_vended_nothing_by_any_process_a_killed_silo_or_not()
    {
        await _vended.MoreAsync(5 * Roles);
        var quick = new List<double>();
        for (var i = 0; i < 2; i++)
        {
            quick.Add(await StopAsync(HttpMethod.Post, "/v1/tenants/fleet-0/suspend"));
            await ResumeAsync();
        }
        var slow = await SuspendWhileASiloDiesAsync();
        await ResumeAsync();
        output.WriteLine($"Suspended amid {Clients} clients of 5 processes: in {quick.Min():0.00} to {quick.Max():0.00} s; with a silo killed in the middle in {slow:0.0} s. Nothing was vended after an answer, of {_vended.Count} vends in all.");
        await DisableAsync();
        await StopAsync(HttpMethod.Delete, $"/v1/tenants/fleet-0/api-keys/{_roles[0].Key.Split('_')[1]}");
    }

    /// <summary>Its roles' leases are known to nobody then, and its API may be anywhere.</summary>
    async Task<double> SuspendWhileASiloDiesAsync()
    {
        var kill = _cluster.Silos[2].Process.KillAsync();
        double? slow = null;
        while (slow is null)
            try { slow = await StopAsync(HttpMethod.Post, "/v1/tenants/fleet-0/suspend"); }
            // Until the silo is declared dead its grains are not reached.
            catch (InvalidOperationException e) when (e.Message.StartsWith("503", StringComparison.Ordinal)) { }
        await kill;
        return slow.Value;
    }

    /// <summary>One role, which is enabled again.</summary>
    async Task DisableAsync()
    {
        _roles = [_roles[0]];
        await StopAsync(HttpMethod.Put, _roles[0].Path, new { storage = "main", access = new[] { "read" }, disabled = true });
        _stopped = false;
        (await _cluster.SendAsync(HttpMethod.Put, _roles[0].Path, new { storage = "main", access = new[] { "read" } })).DemandSuccess();
        await _vended.MoreAsync(Roles);
    }
}
