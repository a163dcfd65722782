using Broker.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>What is in memory counts for a while only: a silo that is cut off from the rest stops vending what was ended elsewhere.</summary>
public sealed class ConfirmationTests : IAsyncLifetime
{
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    TestBroker _broker = null!;
    string _first = "";

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(clock: _clock, onPostgres: PostgresServer.IsThere);
        await _broker.PutTenantAsync("acme");
        // Long sessions: what ends here is not the credentials.
        await _broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = new[] { "read" }, durationSeconds = 43_200 });
        _first = (await _broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    Task<object?> AwayAsync() => _broker.SqlAsync("ALTER TABLE OrleansStorage RENAME TO Away");

    Task<object?> BackAsync() => _broker.SqlAsync("ALTER TABLE Away RENAME TO OrleansStorage");

    Task<Answer> AskAsync() => _broker.CredentialsAsync("acme", "uploads");

    /// <summary>Where an activation finds that it is superseded, the next one is asked after a moment.</summary>
    Task<Answer> AskSupersededAsync() => _broker.WhileTimePassesAsync(AskAsync(), _clock, TimeSpan.FromSeconds(0.05), "acme", "uploads");

    [Fact]
    public async Task Without_the_database_a_role_in_use_is_served_for_15_minutes_then_refused_then_served_again()
    {
        await AwayAsync();
        for (var minute = 0; minute < 14; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(_first, (await AskAsync()).AccessKeyId);
        }
        _clock.Advance(TimeSpan.FromSeconds(61));
        foreach (var refusal in (Answer[])[await AskAsync(), await _broker.CredentialsAsync("acme", "uploads", query: "?prefix=a/"),
            await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/signed-urls", new { method = "GET", key = "k" })])
        {
            Assert.Equal((503, ErrorCode.Unconfirmed), (refusal.Status, refusal.Code));
            Assert.NotNull(refusal.Headers.RetryAfter);
        }
        await BackAsync();
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(_first, (await AskAsync()).AccessKeyId);
    }

    [PostgresFact]
    public async Task A_tenant_that_is_suspended_in_the_database_alone_is_vended_nothing_soon_after()
    {
        // As another activation would write it, of which this silo hears nothing.
        await WriteElsewhereAsync(async other => (await other.SendAsync(HttpMethod.Post, "/v1/tenants/acme/suspend")).DemandSuccess());
        Assert.Equal(_first, (await AskAsync()).AccessKeyId);
        Assert.Equal(ErrorCode.TenantSuspended, await CodeAfterAMinuteAsync());
    }

    [PostgresFact]
    public async Task A_role_that_is_disabled_in_the_database_alone_is_vended_nothing_soon_after()
    {
        await WriteElsewhereAsync(other => other.PutRoleAsync("acme", "uploads", new { storage = "main", access = new[] { "read" }, disabled = true }));
        Assert.Equal(ErrorCode.RoleDisabled, await CodeAfterAMinuteAsync());
    }

    [PostgresFact]
    public async Task A_role_that_is_revoked_in_the_database_alone_is_vended_anew()
    {
        await WriteElsewhereAsync(async other => (await other.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/revoke")).DemandSuccess());
        _ = await CodeAfterAMinuteAsync();
        Assert.NotEqual(_first, (await AskSupersededAsync()).AccessKeyId);
    }

    [PostgresFact]
    public async Task A_tenant_that_is_deleted_in_the_database_alone_is_vended_nothing_soon_after()
    {
        await WriteElsewhereAsync(async other => (await other.SendAsync(HttpMethod.Delete, "/v1/tenants/acme")).DemandSuccess());
        Assert.Equal(ErrorCode.NotFound, await CodeAfterAMinuteAsync());
    }

    /// <summary>By a silo of another cluster on the same database: the two know nothing of each other, as on both sides of a cut.</summary>
    async Task WriteElsewhereAsync(Func<TestBroker, Task> write)
    {
        var clock = new FakeTimeProvider(_clock.GetUtcNow());
        await using var other = await TestBroker.StartAsync(clock: clock, onPostgres: false, settings: new()
        {
            ["Postgres:ConnectionString"] = _broker.Postgres!.AsSilo, ["ClusterId"] = "another", ["Audit:Writer"] = "another",
        });
        // Once its activations are older than any lease it waits for nothing.
        (await other.GetAsync(TestBroker.RolePath("acme", "uploads"))).DemandSuccess();
        clock.Advance(LeaseTerm.Longest);
        await write(other);
    }

    /// <summary>Each look is in the background of an ask; the answers after it follow it.</summary>
    async Task<string?> CodeAfterAMinuteAsync()
    {
        for (var i = 0; i < 6; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            var answer = await AskSupersededAsync();
            if (answer.Status != 200) return answer.Code;
        }
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10))
        {
            var answer = await AskSupersededAsync();
            if (answer.Status != 200) return answer.Code;
            if (answer.AccessKeyId != _first) return null;
            // The process answers by its copy; each ask of the grain may look.
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        return null;
    }
}
