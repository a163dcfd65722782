using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>Two silos of two clusters on one database, so that each role is active twice: both write at once, again and again.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class TwinTests : IAsyncLifetime
{
    const int Roles = 10;

    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    TestBroker _first = null!, _second = null!;

    public async Task InitializeAsync()
    {
        if (!PostgresServer.IsThere) return;
        _first = await TestBroker.StartAsync(clock: _clock, onPostgres: true);
        await _first.PutTenantAsync("acme");
        _second = await TestBroker.StartAsync(clock: _clock, onPostgres: false, settings: new()
        {
            ["Postgres:ConnectionString"] = _first.Postgres!.AsSilo, ["ClusterId"] = "another", ["Audit:Writer"] = "another",
        });
    }

    public async Task DisposeAsync()
    {
        if (_second is not null) await _second.DisposeAsync();
        if (_first is not null) await _first.DisposeAsync();
    }

    static string Role(int number) => TestBroker.RolePath("acme", $"role-{number}");

    [PostgresFact]
    public async Task First_writes_and_updates_at_once_are_one_row_each_caller_is_answered_and_nothing_is_lost()
    {
        for (var round = 0; round < 3; round++)
            for (var role = 0; role < Roles; role++)
                await ElapseAsync(Task.WhenAll(PutAsync(_first, role, $"first-{round}/"), PutAsync(_second, role, $"second-{round}/")));

        Assert.Equal((long)Roles, await _first.SqlAsync("SELECT COUNT(*) FROM OrleansStorage WHERE GrainTypeString LIKE 'role-settings%'"));
        // One that has seen neither.
        await using var third = await TestBroker.StartAsync(onPostgres: false, settings: new()
        {
            ["Postgres:ConnectionString"] = _first.Postgres!.AsSilo, ["ClusterId"] = "third", ["Audit:Writer"] = "third",
        });
        Assert.Equal(Roles, (await third.GetAsync("/v1/tenants/acme/roles")).DemandSuccess().Json.GetProperty("items").GetArrayLength());
        for (var role = 0; role < Roles; role++)
            Assert.Equal(["first-0/", "first-1/", "first-2/", "second-0/", "second-1/", "second-2/"], (await SubPrefixesAsync(third, role)).Distinct().Order());
    }

    [PostgresFact]
    public async Task A_writer_that_is_two_versions_behind_replaces_none_that_was_made()
    {
        await ElapseAsync(PutAsync(_first, 0, "a/"));
        (await _second.GetAsync(Role(0))).DemandSuccess();
        await ElapseAsync(PutAsync(_first, 0, "b/"));
        await ElapseAsync(PutAsync(_first, 0, "c/"));
        // Refused at first, and made by an activation that has read what stands.
        await ElapseAsync(PutAsync(_second, 0, "d/"));
        Assert.Equal(["d/", "c/", "b/", "a/"], await SubPrefixesAsync(_second, 0));
    }

    static async Task<string[]> SubPrefixesAsync(TestBroker broker, int role) =>
        [.. (await broker.GetAsync($"{Role(role)}/versions")).DemandSuccess().Json.GetProperty("items").EnumerateArray().Select(v => v.GetProperty("definition").GetProperty("subPrefix").GetString()!)];

    /// <summary>Until it is made; each refusal says that it may be tried again. The clock may leave the audit no time for a change that was made.</summary>
    static async Task PutAsync(TestBroker broker, int role, string subPrefix)
    {
        while (await broker.SendAsync(HttpMethod.Put, Role(role), new { storage = "main", access = new[] { "read" }, subPrefix }) is { Status: not (200 or 201), Code: not ErrorCode.AuditUnavailable } refusal)
            Assert.True(refusal is { Status: 503, Code: ErrorCode.Unavailable, Headers.RetryAfter: not null }, refusal.Text);
    }

    /// <summary>A change waits for the leases of earlier activations.</summary>
    async Task ElapseAsync(Task changes)
    {
        while (!changes.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            // A round trip lets what has become due go on.
            await _first.GetAsync("/healthz");
        }
        await changes;
    }
}
