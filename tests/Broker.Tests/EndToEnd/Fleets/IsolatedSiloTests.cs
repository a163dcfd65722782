using System.Collections.Concurrent;
using System.Diagnostics;
using Broker.Cluster;
using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Npgsql;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>
/// A silo is held until the others have declared it dead, and goes on without its database, so that it believes that it lives, as
/// one that was cut off does. It answers its callers with what is theirs, for a bounded time, and ends when it hears of its death.
/// </summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class IsolatedSiloTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int RolesPerTenant = 15, Askers = 2, Isolated = 3;

    /// <summary>For so long a silo goes by its memory, here; and an API process by its copies.</summary>
    static readonly TimeSpan Confirmed = TimeSpan.FromSeconds(20), Bound = Confirmed + LeaseTerm.Longest;

    /// <summary>What one of the silos answered.</summary>
    sealed record Asked(FleetRole Role, ClusterNode By, Answer Answer, long Began)
    {
        public bool Vended => Answer.Status == 200;
    }

    readonly ConcurrentQueue<Asked> _asked = new();
    readonly CancellationTokenSource _end = new();
    DatabaseLink _link = null!;
    FleetCluster _cluster = null!;
    FleetRole[] _kept = [], _stopped = [];
    Task _asking = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        if (!PostgresServer.IsThere) return;
        var database = await PostgresServer.CreateAsync();
        var direct = new NpgsqlConnectionStringBuilder(database.AsSilo);
        _link = new(direct.Port);
        var linked = new NpgsqlConnectionStringBuilder(database.AsSilo) { Port = _link.Port };
        _cluster = await FleetCluster.StartAsync(database: database, ofSilo: silo => new()
        {
            ["Confirmation:LongestSeconds"] = $"{Confirmed.TotalSeconds}",
            ["Postgres:ConnectionString"] = $"{(silo == Isolated ? linked : direct)}",
        });
        _kept = await _cluster.MakeTenantAsync("kept", Enumerable.Range(0, RolesPerTenant));
        _stopped = await _cluster.MakeTenantAsync("stopped", Enumerable.Range(0, RolesPerTenant));
        _asking = Task.WhenAll(_cluster.Silos.SelectMany(silo => Enumerable.Range(0, Askers).Select(i => AskAsync(silo, i))));
    }

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        await _asking;
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (_link is not null) await _link.DisposeAsync();
    }

    [LongFact("BROKER_ISOLATED")]
    public async Task It_vends_to_all_only_their_own_and_of_a_tenant_that_was_suspended_meanwhile_nothing_after_the_bound()
    {
        await VendedByAllAsync();
        var isolated = _cluster.Silos[Isolated - 1];
        _link.Cut();
        isolated.Process.Hold();
        var held = Stopwatch.GetTimestamp();
        while (await DeadAsync() == 0) { }
        var declared = Stopwatch.GetElapsedTime(held);
        var suspending = SuspendAsync();
        isolated.Process.Release();
        var released = Stopwatch.GetTimestamp();
        var suspended = await suspending;
        await Task.WhenAny(isolated.Process.Ended, Task.Delay(Bound - Stopwatch.GetElapsedTime(held), TimeProvider.System));
        var lived = !isolated.Process.Ended.IsCompleted;
        _link.Mend();
        await isolated.Process.Ended;

        Assert.All(_asked.Where(a => a.Vended), a => Assert.Equal(SessionOf(a.Role), _cluster.Emulator.FindSession(a.Answer.AccessKeyId)?.SessionName));
        var ofStopped = _asked.Where(a => a.Vended && _stopped.Contains(a.Role)).ToList();
        Assert.DoesNotContain(ofStopped, a => a.By != isolated && a.Began > suspended);
        Assert.DoesNotContain(ofStopped, a => Stopwatch.GetElapsedTime(held, a.Began) > Bound);
        var after = _asked.Where(a => a.By == isolated && a.Began > released).ToList();
        var late = after.Where(a => a.Vended && _stopped.Contains(a.Role)).Select(a => Stopwatch.GetElapsedTime(held, a.Began).TotalSeconds).ToList();
        output.WriteLine($"Held for {declared.TotalSeconds:0.0} s, until it was declared dead. {_asked.Count(a => a.Vended)} vends by three silos, each of the role's own session. The tenant was suspended in {Stopwatch.GetElapsedTime(released, suspended).TotalSeconds:0.0} s.");
        output.WriteLine($"Without its database the silo {(lived ? "lived on" : "ended")}; after its release it answered {string.Join(", ", after.CountBy(a => a.Vended ? "200" : a.Answer.Code!).Select(c => $"{c.Value} {c.Key}"))}. Of the suspended tenant it vended {late.Count} times, "
            + $"the last {late.DefaultIfEmpty().Max():0.0} s after it was cut off (the bound is {Bound.TotalSeconds:0} s); with its database again it has ended by itself.");
    }

    async Task AskAsync(ClusterNode silo, int first)
    {
        FleetRole[] roles = [.. _kept, .. _stopped];
        for (var i = first; !_end.IsCancellationRequested && !silo.Process.Ended.IsCompleted; i += Askers)
            try
            {
                var (role, began) = (roles[i % roles.Length], Stopwatch.GetTimestamp());
                var answer = await _cluster.SendAsync(HttpMethod.Get, $"{role.Path}/credentials", null, silo, role.Key);
                _asked.Enqueue(new(role, silo, answer, began));
            }
            // Of a process that ends.
            catch (HttpRequestException) { await Task.Yield(); }
    }

    async Task VendedByAllAsync()
    {
        while (_asked.Where(a => a.Vended).DistinctBy(a => (a.Role, a.By)).Count() < 2 * RolesPerTenant * _cluster.Silos.Count) await Task.Yield();
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
