using System.Collections.Concurrent;
using System.Diagnostics;
using Broker.Cluster;
using Broker.Tests.Storage;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>
/// A silo is held until the others have declared it dead, and goes on believing that it lives, as one that was cut off does. It
/// answers its callers with what is theirs, and vends nothing of a tenant that was stopped meanwhile.
/// </summary>
public sealed class IsolatedSiloTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int RolesPerTenant = 15, Askers = 2;

    /// <summary>For so long a silo goes by its memory, here; and an API process by its copies.</summary>
    static readonly TimeSpan Confirmed = TimeSpan.FromSeconds(10), Bound = Confirmed + LeaseTerm.Longest;

    /// <summary>What one of the silos vended.</summary>
    sealed record Vended(FleetRole Role, ClusterNode By, string AccessKeyId, long Began, long Ended);

    readonly ConcurrentQueue<Vended> _vended = new();
    readonly CancellationTokenSource _end = new();
    FleetCluster _cluster = null!;
    FleetRole[] _kept = [], _stopped = [];
    Task _asking = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        if (!PostgresServer.IsThere) return;
        _cluster = await FleetCluster.StartAsync(ofSilos: new() { ["Confirmation:LongestSeconds"] = $"{Confirmed.TotalSeconds}" });
        _kept = await _cluster.MakeTenantAsync("kept", Enumerable.Range(0, RolesPerTenant));
        _stopped = await _cluster.MakeTenantAsync("stopped", Enumerable.Range(0, RolesPerTenant));
        _asking = Task.WhenAll(_cluster.Silos.SelectMany(silo => Enumerable.Range(0, Askers).Select(i => AskAsync(silo, i))));
    }

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        if (_cluster is null) return;
        await _asking;
        await _cluster.DisposeAsync();
    }

    [PostgresFact]
    public async Task It_vends_nothing_of_a_tenant_that_was_suspended_while_it_was_held_and_to_everybody_only_their_own()
    {
        await VendedByAllAsync();
        var isolated = _cluster.Silos[2];
        isolated.Process.Hold();
        var held = Stopwatch.GetTimestamp();
        while (await DeadAsync() == 0) { }
        var declared = Stopwatch.GetElapsedTime(held);
        var suspending = SuspendAsync();
        isolated.Process.Release();
        var released = Stopwatch.GetTimestamp();
        var answered = await suspending;
        await Task.WhenAny(isolated.Process.Ended, Task.Delay(Bound, TimeProvider.System));
        var ended = isolated.Process.Ended.IsCompleted;

        Assert.All(_vended, vended => Assert.Equal(SessionOf(vended.Role), _cluster.Emulator.FindSession(vended.AccessKeyId)?.SessionName));
        var ofStopped = _vended.Where(v => v.By == isolated && v.Began > released && _stopped.Contains(v.Role)).ToList();
        Assert.DoesNotContain(_vended, v => _stopped.Contains(v.Role) && v.Began > answered);
        output.WriteLine($"Held for {declared.TotalSeconds:0.0} s, until it was declared dead. {_vended.Count} vends by three silos, each with its own role's session.");
        output.WriteLine($"Suspended in {Stopwatch.GetElapsedTime(released, answered).TotalSeconds:0.0} s. After its release the silo vended {ofStopped.Count} times of the tenant's roles, the last "
            + $"{ofStopped.Select(v => Stopwatch.GetElapsedTime(released, v.Ended).TotalSeconds).DefaultIfEmpty().Max():0.0} s after it (the bound is {Bound.TotalSeconds:0} s), none after the answer; it has {(ended ? "ended by itself" : "not ended")}.");
    }

    async Task AskAsync(ClusterNode silo, int first)
    {
        FleetRole[] roles = [.. _kept, .. _stopped];
        for (var i = first; !_end.IsCancellationRequested && !silo.Process.Ended.IsCompleted; i += Askers)
            try
            {
                var (role, began) = (roles[i % roles.Length], Stopwatch.GetTimestamp());
                var answer = await _cluster.SendAsync(HttpMethod.Get, $"{role.Path}/credentials", null, silo, role.Key);
                if (answer.Status == 200) _vended.Enqueue(new(role, silo, answer.AccessKeyId, began, Stopwatch.GetTimestamp()));
            }
            // Of a process that ends.
            catch (HttpRequestException) { await Task.Yield(); }
    }

    async Task VendedByAllAsync()
    {
        while (_vended.DistinctBy(v => (v.Role, v.By)).Count() < 2 * RolesPerTenant * _cluster.Silos.Count) await Task.Yield();
    }

    async Task<long> DeadAsync() => (long)(await _cluster.Database.SqlAsync("SELECT count(*) FROM OrleansMembershipTable WHERE Status = 6"))!;

    /// <summary>When it was answered that the tenant is stopped.</summary>
    async Task<long> SuspendAsync()
    {
        while (await _cluster.SendAsync(HttpMethod.Post, "/v1/tenants/stopped/suspend", null, _cluster.Silos[0]) is { Status: not 200 } refusal)
            Assert.Equal(503, refusal.Status);
        return Stopwatch.GetTimestamp();
    }

    static string SessionOf(FleetRole role) => role.Path.Split('/') is [.., var tenant, "roles", var name] ? $"{tenant}@{name}" : throw new ArgumentException(role.Path);
}
