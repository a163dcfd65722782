using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>Callers that are known, and try to get, to keep or to spoil more than they were given.</summary>
public sealed class HostileCallerTests(HostileCallerTests.OfLittleRoom shared) : IClassFixture<HostileCallerTests.OfLittleRoom>, IAsyncLifetime
{
    static readonly string[] Data = ["credentials:read", "signed-urls:create", "post-policies:create"];
    readonly TestBroker _broker = shared.Broker;
    readonly FakeTimeProvider _clock = shared.Clock;
    readonly string _acme = shared.NewTenant(), _beta = shared.NewTenant();

    /// <summary>With the shortest queue for the audit.</summary>
    public sealed class OfLittleRoom : SharedBroker
    {
        internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

        private protected override Task<TestBroker> StartAsync() => TestBroker.StartAsync(clock: Clock, settings: new() { ["Audit:QueueCapacity"] = "100" });
    }

    public async Task InitializeAsync()
    {
        foreach (var tenant in (string[])[_acme, _beta])
        {
            await _broker.PutTenantAsync(tenant);
            await _broker.PutRoleAsync(tenant, "uploads");
        }
    }

    public Task DisposeAsync()
    {
        _broker.Emulator.Heal();
        return Task.CompletedTask;
    }

    static string IdOf(string key) => key.Split('_')[1];

    Task<Answer> RevokeAsync(string key) => _broker.SendAsync(HttpMethod.Delete, $"/v1/tenants/{_acme}/api-keys/{IdOf(key)}");

    /// <summary>A request whose body has only begun.</summary>
    async Task<(TcpClient Connection, NetworkStream Stream)> BeginAsync(string path, string key, int length)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(_broker.Http.BaseAddress!.Host, _broker.Http.BaseAddress.Port);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n "));
        return (connection, stream);
    }

    async Task KnownAsync(string key)
    {
        while (true)
        {
            var keys = (await _broker.GetAsync($"/v1/tenants/{_acme}/api-keys")).DemandSuccess().Json.GetProperty("items").EnumerateArray();
            if (keys.Single(k => k.GetProperty("keyId").GetString() == IdOf(key)).GetProperty("lastUsedAt").ValueKind != JsonValueKind.Null) return;
        }
    }

    [Theory]
    [InlineData("tenant:admin", "api-keys", """{"scopes":["tenant:admin"]}""")]
    [InlineData("signed-urls:create", "roles/uploads/signed-urls", """{"method":"GET","key":"k"}""")]
    public async Task A_key_that_is_revoked_while_its_body_arrives_gets_nothing(string scope, string path, string body)
    {
        var key = await _broker.NewKeyAsync(_acme, new { scopes = new[] { scope } });
        var (connection, stream) = await BeginAsync($"/v1/tenants/{_acme}/{path}", key, body.Length + 1);
        using (connection)
        {
            await KnownAsync(key);
            (await RevokeAsync(key)).DemandSuccess();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(body));
            using var reader = new StreamReader(stream);
            Assert.StartsWith("HTTP/1.1 401", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_that_does_not_come_ends_after_its_time()
    {
        var key = await _broker.NewKeyAsync(_acme, new { scopes = Data });
        var (connection, stream) = await BeginAsync($"/v1/tenants/{_acme}/roles/uploads/signed-urls", key, 1000);
        using (connection)
        {
            await KnownAsync(key);
            using var reader = new StreamReader(stream);
            var answer = reader.ReadToEndAsync();
            while (!answer.IsCompleted)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                await _broker.GetAsync("/healthz");
            }
            Assert.Contains("must come within 10 seconds", await answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_or_URL_that_is_revoked_while_it_waits_for_STS_gets_nothing()
    {
        var key = await _broker.NewKeyAsync(_acme, new { scopes = Data });
        var url = (await _broker.SendAsync(HttpMethod.Post, $"/v1/tenants/{_acme}/roles/uploads/credential-urls", new { })).DemandSuccess().Json;
        _broker.Emulator.Fail(new("AssumeRole", null, null, 0, 100));
        var (byKey, byUrl) = (_broker.CredentialsAsync(_acme, "uploads", key), _broker.GetAsync(new Uri(url.GetProperty("url").GetString()!).AbsolutePath, null));
        await KnownAsync(key);
        (await RevokeAsync(key)).DemandSuccess();
        (await _broker.SendAsync(HttpMethod.Delete, $"/v1/tenants/{_acme}/roles/uploads/credential-urls/{url.GetProperty("id").GetString()}")).DemandSuccess();
        while (!(byKey.IsCompleted && byUrl.IsCompleted))
        {
            // In steps so small that the request is at STS long before the broker's own patience ends.
            _clock.Advance(TimeSpan.FromMilliseconds(5));
            await _broker.GetAsync("/healthz");
        }
        Assert.Equal((401, 404), ((await byKey).Status, (await byUrl).Status));
    }

    [Theory]
    [InlineData("signed-urls")]
    [InlineData("post-policies")]
    public async Task A_body_of_nothing_but_errors_is_answered_by_a_few_of_them(string operation)
    {
        var key = await _broker.NewKeyAsync(_acme, new { scopes = Data });
        foreach (var body in (string[])[$$"""{{{string.Join(',', Enumerable.Repeat("\"a\":0", 30_000))}}}""", $$"""{{{string.Join(',', Enumerable.Range(0, 15_000).Select(i => $"\"a{i}\":0"))}}}"""])
        {
            var refusal = await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(_acme, "uploads")}/{operation}", body, key);
            Assert.Equal(400, refusal.Status);
            Assert.InRange(refusal.Text.Length, 1, 20_000);
        }
    }

    [Fact]
    public async Task Bodies_that_do_not_come_take_no_place_in_the_audit()
    {
        var key = await _broker.NewKeyAsync(_acme, new { scopes = Data });
        var open = new List<TcpClient>();
        for (var i = 0; i < 120; i++) open.Add((await BeginAsync($"/v1/tenants/{_acme}/roles/uploads/signed-urls", key, 2_000_000)).Connection);
        await KnownAsync(key);
        Assert.Equal(200, (await _broker.CredentialsAsync(_beta, "uploads")).Status);
        Assert.Equal(201, (await _broker.SendAsync(HttpMethod.Put, TestBroker.RolePath(_beta, "new"), new { storage = "main", access = new[] { "read" } })).Status);
        foreach (var connection in open) connection.Dispose();
    }

    [Fact]
    public async Task A_short_lived_administrator_makes_no_eternal_one()
    {
        var brief = await _broker.NewKeyAsync(_acme, new { scopes = new[] { "admin" }, expiresIn = 60 });
        var refusal = await _broker.SendAsync(HttpMethod.Post, $"/v1/tenants/{_beta}/api-keys", new { scopes = new[] { "admin" } }, brief);
        Assert.Equal(403, refusal.Status);
        Assert.Equal(["expiresIn"], refusal.Fields);
    }

    [Fact]
    public async Task A_tenants_administrator_of_one_role_neither_sees_nor_ends_keys_that_reach_further()
    {
        var owner = await _broker.NewKeyAsync(_acme, new { scopes = new[] { "tenant:admin" } });
        var bound = await _broker.NewKeyAsync(_acme, new { scopes = new[] { "tenant:admin" }, roles = new[] { "uploads" } });
        Assert.Equal((403, ErrorCode.Forbidden), await CodeAsync(_broker.SendAsync(HttpMethod.Delete, $"/v1/tenants/{_acme}/api-keys/{IdOf(owner)}", null, bound)));
        var seen = (await _broker.GetAsync($"/v1/tenants/{_acme}/api-keys", bound)).DemandSuccess().Json.GetProperty("items").EnumerateArray();
        Assert.Equal([IdOf(bound)], seen.Select(k => k.GetProperty("keyId").GetString()!));
    }

    static async Task<(int, string?)> CodeAsync(Task<Answer> asking)
    {
        var answer = await asking;
        return (answer.Status, answer.Code);
    }

    [Fact]
    public async Task A_tenant_can_be_deleted_while_its_administrator_makes_and_deletes_roles()
    {
        var admin = await _broker.NewKeyAsync(_acme, new { scopes = new[] { "tenant:admin" } });
        using var stop = new CancellationTokenSource();
        var loops = Enumerable.Range(0, 20).Select(async i =>
        {
            while (!stop.IsCancellationRequested)
            {
                if ((await _broker.SendAsync(HttpMethod.Put, TestBroker.RolePath(_acme, $"r{i}"), new { storage = "main", access = new[] { "read" } }, admin)).Status == 401) return;
                await _broker.SendAsync(HttpMethod.Delete, TestBroker.RolePath(_acme, $"r{i}"), null, admin);
            }
        }).ToArray();
        while (!(await _broker.GetAsync($"/v1/tenants/{_acme}/roles")).Text.Contains("\"r1", StringComparison.Ordinal)) { }
        Assert.Equal(200, (await _broker.SendAsync(HttpMethod.Delete, $"/v1/tenants/{_acme}")).Status);
        await stop.CancelAsync();
        await Task.WhenAll(loops);
        await _broker.PutTenantAsync(_acme);
        Assert.Empty((await _broker.GetAsync($"/v1/tenants/{_acme}/roles")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Who_probes_other_tenants_writes_into_its_own_audit_and_within_its_own_limit()
    {
        var key = await _broker.NewKeyAsync(_acme, new { scopes = Data, requestsPerSecond = 5 });
        var answers = new List<int>();
        for (var i = 0; i < 50; i++) answers.Add((await _broker.GetAsync($"/v1/tenants/{_beta}/roles/FORGED%0A{i}/credentials", key)).Status);
        Assert.Contains(403, answers);
        Assert.Contains(429, answers);
        _clock.Advance(TimeSpan.FromSeconds(1));
        JsonElement[] probes;
        do probes = [.. (await _broker.GetAsync($"/v1/tenants/{_acme}/audit?caller={IdOf(key)}")).DemandSuccess().Json.GetProperty("items").EnumerateArray()];
        while (probes.Sum(p => p.GetProperty("count").GetInt64()) < 50);
        Assert.Equal(2, probes.Length);
        Assert.All(probes, p => Assert.Equal(JsonValueKind.Null, p.GetProperty("role").ValueKind));
        Assert.DoesNotContain("FORGED", (await _broker.GetAsync("/v1/audit?pageSize=1000")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(IdOf(key), (await _broker.GetAsync($"/v1/tenants/{_beta}/audit?pageSize=1000")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_whose_caller_has_gone_is_recorded_as_what_it_was()
    {
        for (var i = 0; i < 40; i++)
        {
            using var gone = new CancellationTokenSource();
            using var request = new HttpRequestMessage(HttpMethod.Put, TestBroker.RolePath(_acme, $"cut-{i}"));
            request.Headers.Authorization = new("Bearer", TestBroker.AdminKey);
            request.Content = new StringContent("""{"storage":"main","access":["read"]}""", Encoding.UTF8, "application/json");
            var sending = _broker.Http.SendAsync(request, gone.Token);
            for (var turns = 0; turns < i * 20; turns++) await Task.Yield();
            await gone.CancelAsync();
            try { using var _ = await sending; }
            catch (OperationCanceledException) { }
        }
        // Whatever was begun has come to its end when a later change of the same tenant is recorded.
        await _broker.PutRoleAsync(_acme, "last");
        var made = (await _broker.GetAsync($"/v1/tenants/{_acme}/roles?pageSize=1000")).DemandSuccess().Json.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("role").GetString()!).Where(r => r.StartsWith("cut-", StringComparison.Ordinal));
        foreach (var role in made)
            while (!(await _broker.GetAsync($"/v1/tenants/{_acme}/audit?role={role}&action=PutRole&outcome=success")).Text.Contains(role, StringComparison.Ordinal)) { }
    }
}
