using System.Collections.Concurrent;
using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>
/// PostgreSQL ends under a fleet on three silos, and comes back: roles in use are served throughout, nothing is half changed, and
/// the audit accounts for all of it. <c>BROKER_DATABASE_AWAY_SECONDS</c> says for how long.
/// </summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class DatabaseOutageTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int Roles = 40, Clients = 4;

    readonly int _seconds = LongRun.Of("BROKER_DATABASE_AWAY_SECONDS", 6);
    readonly ConcurrentQueue<Answer> _changes = new();
    OwnPostgres _server = null!;
    FleetCluster _cluster = null!;
    FleetRole[] _roles = [], _others = [];

    public async Task InitializeAsync()
    {
        if (!PostgresServer.IsThere) return;
        _server = await OwnPostgres.StartAsync();
        _cluster = await FleetCluster.StartAsync(database: _server.Database);
        _roles = await _cluster.MakeRolesAsync(Roles);
        _others = await _cluster.MakeTenantAsync("others", [0]);
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    [PostgresFact]
    public async Task Roles_in_use_are_served_changes_are_refused_whole_and_the_audit_has_every_request()
    {
        var fleet = new Fleet(_cluster, _roles, Clients);
        fleet.Start();
        await fleet.AllServedAsync();
        var (silos, settings) = (await SilosAsync(), await SettingsAsync());
        await _server.TakeAwayAsync();
        await ChangeAsync(Task.Delay(TimeSpan.FromSeconds(_seconds), TimeProvider.System));
        await _server.GiveBackAsync();
        var took = await RecoverAsync();
        await fleet.ServedAsync(2 * Roles);
        await fleet.StopAsync();

        Assert.All(fleet.Attempts, attempt => Assert.True(attempt.Status == 200, $"{attempt}"));
        Assert.NotEmpty(_changes);
        Assert.All(_changes, refusal => Assert.True(refusal is { Status: 503, Headers.RetryAfter: not null }, refusal.Text));
        Assert.Equal(settings, await SettingsAsync());
        Assert.Equal(404, (await _cluster.SendAsync(HttpMethod.Get, TestBroker.RolePath("others", "new"))).Status);
        Assert.Equal(silos, await SilosAsync());
        // What was made before its entry could be written is recorded as made.
        var refused = _changes.CountBy(refusal => refusal.Code!).ToDictionary();
        var made = 1 + refused.GetValueOrDefault(ErrorCode.AuditUnavailable);
        Assert.Equal(fleet.Attempts.Count, await AuditedAsync("action = 'GetCredentials' AND outcome = 'success'", fleet.Attempts.Count));
        Assert.Equal(made, await AuditedAsync("action = 'PutRole' AND role = 'after' AND outcome = 'success'", made));
        foreach (var (code, count) in refused.Where(r => r.Key != ErrorCode.AuditUnavailable))
            Assert.Equal((code, count), (code, await AuditedAsync($"action <> 'GetCredentials' AND code = '{code}'", count)));
        output.WriteLine($"PostgreSQL was away for {_seconds} s under {Clients} clients of three silos: 0 of {fleet.Attempts.Count} requests for {Roles} roles failed, the slowest took {fleet.Attempts.Max(a => a.Took).TotalSeconds:0.00} s.");
        output.WriteLine($"{_changes.Count} changes were refused ({string.Join(", ", refused.Select(r => $"{r.Value} {r.Key}"))}), none was half made; the first was made {took.TotalSeconds:0.0} s after its return. Every request is in the audit; the silos are the same three.");
    }

    /// <summary>Changes of each kind, by each silo in turn, until the moment.</summary>
    async Task ChangeAsync(Task end)
    {
        for (var i = 0; !end.IsCompleted; i++)
        {
            var by = _cluster.Silos[i % _cluster.Silos.Count];
            _changes.Enqueue(await _cluster.SendAsync(HttpMethod.Put, TestBroker.RolePath("others", "new"), Definition("write"), by));
            _changes.Enqueue(await _cluster.SendAsync(HttpMethod.Put, _others[0].Path, Definition("write"), by));
            _changes.Enqueue(await _cluster.SendAsync(HttpMethod.Post, "/v1/tenants/others/suspend", null, by));
        }
    }

    static object Definition(string access) => new { storage = "main", access = new[] { access } };

    /// <summary>How long it takes until a change is made. Connections that died in a pool are found out by calls that are refused.</summary>
    async Task<TimeSpan> RecoverAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await _cluster.SendAsync(HttpMethod.Put, TestBroker.RolePath("others", "after"), Definition("read")) is { Status: not (200 or 201) } refusal)
        {
            _changes.Enqueue(refusal);
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), refusal.Text);
        }
        return TimeProvider.System.GetElapsedTime(began);
    }

    async Task<string> SilosAsync() =>
        (string)(await _server.Database.SqlAsync("SELECT string_agg(Port || '@' || Generation, ' ' ORDER BY Port) FROM OrleansMembershipTable WHERE Status = 3"))!;

    async Task<string> SettingsAsync() =>
        (await _cluster.SendAsync(HttpMethod.Get, "/v1/tenants/others")).DemandSuccess().Text + (await _cluster.SendAsync(HttpMethod.Get, _others[0].Path)).DemandSuccess().Text;

    /// <summary>The sum of the counts, when it has come to that, or what it is a minute later.</summary>
    async Task<long> AuditedAsync(string where, long wanted)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var sum = (long)(await _server.Database.SqlAsync($"SELECT coalesce(sum(count), 0)::bigint FROM broker_audit WHERE {where}"))!;
            if (sum >= wanted || TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromMinutes(1)) return sum;
        }
    }
}
