using Broker.Emulator.Control;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>Once the switch has answered nothing is vended, and what is still out is named.</summary>
public sealed class KillSwitchTests : IAsyncLifetime
{
    TestBroker _broker = null!;
    string _key = "", _tenantAdmin = "";

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
        _key = await _broker.NewKeyAsync("acme", new { scopes = new[] { "credentials:read", "signed-urls:create", "post-policies:create" }, defaultRole = "uploads" });
        _tenantAdmin = await _broker.NewKeyAsync("acme", new { scopes = new[] { "tenant:admin" } });
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    static string Role(string rest = "", string role = "uploads") => TestBroker.RolePath("acme", role) + rest;

    Task<Answer> PostAsync(string path, object? body = null, string? key = TestBroker.AdminKey) => _broker.SendAsync(HttpMethod.Post, path, body, key);

    static string[] Exposed(Answer report) => [.. report.DemandSuccess().Json.GetProperty("exposure").EnumerateArray().Select(e => e.GetProperty("accessKeyId").GetString()!).Order()];

    string[] Alive() => [.. _broker.Emulator.Sessions.Select(s => s.AccessKeyId).Order()];

    [Fact]
    public async Task A_suspended_tenant_is_vended_nothing_and_read_only_until_it_is_resumed()
    {
        var first = (await _broker.CredentialsAsync("acme", "uploads", _key)).AccessKeyId;
        var url = (await PostAsync(Role("/credential-urls"), new { })).DemandSuccess().Json.GetProperty("url").GetString()!;
        await _broker.CredentialsAsync("acme", "uploads", _key, "?prefix=a/");
        var report = await PostAsync("/v1/tenants/acme/suspend");
        Assert.Equal("suspended", report.DemandSuccess().Json.GetProperty("status").GetString());
        Assert.Equal(Alive(), Exposed(report));
        // Many clients name the type of a body that they do not send.
        Assert.Equal(Alive(), Exposed(await PostAsync("/v1/tenants/acme/suspend", "")));
        Assert.Equal("suspended", (await _broker.GetAsync("/v1/tenants/acme", _tenantAdmin)).DemandSuccess().Json.GetProperty("status").GetString());

        (string Path, object? Body)[] vends =
        [
            (Role("/credentials"), null), (Role("/credentials?prefix=a/"), null), (Role("/signed-urls"), new { method = "GET", key = "k" }), (Role("/post-policies"), new { key = "k" }),
            ("/get_sts_token_for_oss_upload", null),
        ];
        foreach (var (path, body) in vends)
        {
            var refusal = await _broker.SendAsync(body is null ? HttpMethod.Get : HttpMethod.Post, path, body, _key);
            Assert.Equal((403, ErrorCode.TenantSuspended), (refusal.Status, refusal.Code));
        }
        Assert.Equal(404, (await _broker.GetAsync(url, key: null)).Status);
        (HttpMethod, string, object?)[] changes =
        [
            (HttpMethod.Put, Role(), new { storage = "main", access = new[] { "read" } }), (HttpMethod.Delete, Role(), null), (HttpMethod.Post, Role("/rollback"), new { version = 1 }),
            (HttpMethod.Post, Role("/refresh"), null), (HttpMethod.Post, Role("/revoke"), null), (HttpMethod.Post, Role("/credential-urls"), new { }),
            (HttpMethod.Put, Role("", "new"), new { storage = "main", access = new[] { "read" } }), (HttpMethod.Post, "/v1/tenants/acme/api-keys", new { }),
            (HttpMethod.Delete, $"/v1/tenants/acme/api-keys/{_key.Split('_')[1]}", null),
        ];
        foreach (var (method, path, body) in changes)
        {
            var refusal = await _broker.SendAsync(method, path, body, _tenantAdmin);
            Assert.True(refusal is { Status: 403, Code: ErrorCode.TenantSuspended }, $"{method} {path}: {refusal.Text}");
        }
        foreach (var path in (string[])["", "/roles", "/roles/uploads", "/roles/uploads/status", "/roles/uploads/versions", "/api-keys"])
            Assert.Equal(200, (await _broker.GetAsync($"/v1/tenants/acme{path}", _tenantAdmin)).Status);

        Assert.Equal("active", (await PostAsync("/v1/tenants/acme/resume")).DemandSuccess().Json.GetProperty("status").GetString());
        Assert.NotEqual(first, (await _broker.CredentialsAsync("acme", "uploads", _key)).AccessKeyId);
        Assert.Equal(200, (await _broker.GetAsync(url, key: null)).Status);
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("disable")]
    [InlineData("delete")]
    [InlineData("revoke")]
    public async Task Under_load_nothing_is_vended_after_the_answer_and_the_exposure_is_what_was_issued(string kill)
    {
        using var stop = new CancellationTokenSource();
        var killed = false;
        var vendedAfter = new System.Collections.Concurrent.ConcurrentBag<string>();
        async Task VendAsync(int client)
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var begunAfter = Volatile.Read(ref killed);
                var answer = await _broker.CredentialsAsync("acme", "uploads", _key, i % 2 == 0 ? "" : $"?prefix=c{client}-{i}/");
                if (begunAfter && answer.Status == 200) vendedAfter.Add(answer.AccessKeyId);
            }
        }
        // Slow enough that mints are in flight when the switch is thrown.
        _broker.Emulator.Fail(new Fault("AssumeRole", null, null, 0, 50));
        var clients = Enumerable.Range(0, 8).Select(VendAsync).ToArray();
        while (_broker.Emulator.AssumeRoleCalls < 3) await Task.Yield();

        var before = Alive();
        var report = kill switch
        {
            "suspend" => await PostAsync("/v1/tenants/acme/suspend"),
            "disable" => await _broker.SendAsync(HttpMethod.Put, Role(), new { storage = "main", access = new[] { "read" }, disabled = true }),
            "delete" => await _broker.SendAsync(HttpMethod.Delete, Role()),
            _ => await PostAsync(Role("/revoke")),
        };
        var (exposed, issued) = (Exposed(report), Alive());
        Volatile.Write(ref killed, true);
        for (var i = 0; i < 20; i++) await _broker.CredentialsAsync("acme", "uploads", _key);
        await stop.CancelAsync();
        await Task.WhenAll(clients);

        if (kill == "revoke")
        {
            // The role lives on: what is vended after is new, all of it.
            Assert.NotEmpty(vendedAfter);
            Assert.Empty(vendedAfter.Intersect(before));
            Assert.Empty(before.Except(exposed));
            return;
        }
        Assert.Empty(vendedAfter);
        Assert.Equal(issued, exposed);
        Assert.Equal(issued, Alive());
    }

    [Fact]
    public async Task What_was_vended_before_a_revocation_is_not_vended_after_it_nor_after_a_restart()
    {
        var data = Directory.CreateTempSubdirectory("broker-revoke-").FullName;
        string[] before;
        await using (var broker = await TestBroker.StartAsync(data))
        {
            await broker.PutTenantAsync("acme");
            await broker.PutRoleAsync("acme", "uploads");
            before = [(await broker.CredentialsAsync("acme", "uploads")).AccessKeyId, (await broker.CredentialsAsync("acme", "uploads", query: "?prefix=a/")).AccessKeyId];
            var report = await broker.SendAsync(HttpMethod.Post, Role("/revoke"));
            Assert.Equal(before.Order(), Exposed(report));
            Assert.DoesNotContain((await broker.CredentialsAsync("acme", "uploads")).AccessKeyId, before);
            Assert.DoesNotContain((await broker.CredentialsAsync("acme", "uploads", query: "?prefix=a/")).AccessKeyId, before);
        }
        await using var again = await TestBroker.StartAsync(data);
        Assert.DoesNotContain((await again.CredentialsAsync("acme", "uploads")).AccessKeyId, before);
        Assert.Equal(1, (await again.GetAsync(Role())).Json.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_disabled_role_says_so_and_what_it_leaves_behind()
    {
        await _broker.CredentialsAsync("acme", "uploads");
        var report = await _broker.SendAsync(HttpMethod.Put, Role(), new { storage = "main", access = new[] { "read" }, disabled = true });
        Assert.Equal(("disabled", 2), (report.DemandSuccess().Json.GetProperty("status").GetString(), report.Json.GetProperty("version").GetInt32()));
        Assert.Equal(Alive(), Exposed(report));
        Assert.Equal((403, ErrorCode.RoleDisabled), await CodeAsync());
        await _broker.PutRoleAsync("acme", "uploads");
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "uploads", _key)).Status);
    }

    async Task<(int, string?)> CodeAsync()
    {
        var answer = await _broker.CredentialsAsync("acme", "uploads", _key);
        return (answer.Status, answer.Code);
    }

    [Fact]
    public async Task Suspended_stays_suspended_after_a_restart()
    {
        var data = Directory.CreateTempSubdirectory("broker-suspend-").FullName;
        await using (var broker = await TestBroker.StartAsync(data))
        {
            await broker.PutTenantAsync("acme");
            await broker.PutRoleAsync("acme", "uploads");
            await broker.CredentialsAsync("acme", "uploads");
            (await broker.SendAsync(HttpMethod.Post, "/v1/tenants/acme/suspend")).DemandSuccess();
        }
        await using var again = await TestBroker.StartAsync(data);
        Assert.Equal(ErrorCode.TenantSuspended, (await again.CredentialsAsync("acme", "uploads")).Code);
        Assert.Equal("suspended", (await again.GetAsync("/v1/tenants/acme")).Json.GetProperty("status").GetString());
    }
}

/// <summary>What operators see of a role, and the switch that mints now.</summary>
public sealed class RoleStatusTests : IAsyncLifetime
{
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(clock: _clock);
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    async Task<System.Text.Json.JsonElement> StatusAsync() => (await _broker.GetAsync($"{TestBroker.RolePath("acme", "uploads")}/status")).DemandSuccess().Json;

    [Fact]
    public async Task A_role_goes_from_none_by_fresh_and_stale_to_failing_and_says_why()
    {
        Assert.Equal("none", (await StatusAsync()).GetProperty("state").GetString());
        for (var i = 0; i < 3; i++) await _broker.CredentialsAsync("acme", "uploads");
        var fresh = await StatusAsync();
        Assert.Equal(("fresh", "2026-11-24T13:00:00Z", "2026-11-24T12:00:00Z"),
            (fresh.GetProperty("state").GetString(), fresh.GetProperty("expiration").GetString(), fresh.GetProperty("lastRefresh").GetString()));
        Assert.Equal((3, 1, 2, 1), (fresh.GetProperty("requests").GetInt32(), fresh.GetProperty("stsCalls").GetInt32(), fresh.GetProperty("stsCallsSaved").GetInt32(), fresh.GetProperty("version").GetInt32()));
        Assert.InRange(fresh.GetProperty("nextRefresh").GetDateTimeOffset(), _clock.GetUtcNow().AddMinutes(20), _clock.GetUtcNow().AddMinutes(30));

        _broker.Emulator.Fail(new("AssumeRole", 403, "NoPermission", 0));
        var refusal = await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/refresh");
        Assert.Equal((502, ErrorCode.StsRejected), (refusal.Status, refusal.Code));
        var failing = await StatusAsync();
        var error = failing.GetProperty("lastError");
        Assert.Equal(("failing", ErrorCode.StsRejected, "2026-11-24T12:00:00Z"), (failing.GetProperty("state").GetString(), error.GetProperty("code").GetString(), error.GetProperty("at").GetString()));
        Assert.Contains("NoPermission", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(error.GetProperty("requestId").GetString()!);

        _broker.Emulator.Heal();
        var refreshed = await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/refresh", new { });
        Assert.Equal("fresh", refreshed.DemandSuccess().Json.GetProperty("state").GetString());
        Assert.Equal(2, _broker.Emulator.AssumeRoleCalls);
    }

    [Fact]
    public async Task A_refresh_clears_a_remembered_refusal_and_takes_no_body_but_an_empty_one()
    {
        _broker.Emulator.Fail(new("AssumeRole", 403, "NoPermission", 1));
        Assert.Equal(502, (await _broker.CredentialsAsync("acme", "uploads")).Status);
        Assert.Equal(502, (await _broker.CredentialsAsync("acme", "uploads")).Status);
        Assert.Equal(400, (await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/refresh", new { surprise = 1 })).Status);
        (await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/refresh")).DemandSuccess();
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "uploads")).Status);
    }
}
