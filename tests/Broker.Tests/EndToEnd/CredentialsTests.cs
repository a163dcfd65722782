using System.Text.Json;
using System.Text.RegularExpressions;

namespace Broker.Tests.EndToEnd;

public sealed partial class CredentialsTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    readonly TestBroker _broker = shared.Broker;
    readonly string _tenant = shared.NewTenant();

    public async Task InitializeAsync()
    {
        await _broker.PutTenantAsync(_tenant);
        await _broker.PutRoleAsync(_tenant, "uploads");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z")]
    private static partial Regex Moment { get; }

    [Fact]
    public async Task The_document_is_what_the_vendors_SDKs_read()
    {
        var answer = await _broker.CredentialsAsync(_tenant, "uploads");
        Assert.Equal(200, answer.Status);
        Assert.Equal(["Code", "AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration", "LastUpdated"], answer.Json.EnumerateObject().Select(p => p.Name));
        Assert.All(answer.Json.EnumerateObject(), p => Assert.Equal(JsonValueKind.String, p.Value.ValueKind));
        Assert.Matches(Moment, answer.Json.GetProperty("Expiration").GetString());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("no-cache", answer.Headers.Pragma.ToString());
    }

    [Fact]
    public async Task The_other_format_is_what_the_CLI_expects_of_an_external_process()
    {
        var answer = await _broker.CredentialsAsync(_tenant, "uploads", query: "?format=cli");
        Assert.Equal(["mode", "access_key_id", "access_key_secret", "sts_token", "expiration"], answer.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("StsToken", answer.Json.GetProperty("mode").GetString());
    }

    [Fact]
    public async Task A_thousand_cold_fetches_over_200_roles_call_STS_200_times()
    {
        for (var i = 0; i < 200; i++) await _broker.PutRoleAsync(_tenant, $"role-{i}");
        var before = _broker.Emulator.AssumeRoleCalls;
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => _broker.CredentialsAsync(_tenant, $"role-{i % 200}")));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, _broker.Emulator.AssumeRoleCalls - before);
        Assert.Equal(200, answers.Select(a => a.AccessKeyId).Distinct().Count());
    }

    [Fact]
    public async Task STS_is_told_the_tenant_the_role_and_the_narrowed_policy_in_the_body_alone()
    {
        var before = _broker.Emulator.Requests.Count;
        await _broker.CredentialsAsync(_tenant, "uploads");
        var call = Assert.Single(_broker.Emulator.Requests.Skip(before), r => r.Operation == "AssumeRole");
        Assert.Equal($"{_tenant}@uploads", call.Form["RoleSessionName"]);
        Assert.Equal($"external-{_tenant}", call.Form["ExternalId"]);
        Assert.Equal("3600", call.Form["DurationSeconds"]);
        Assert.Contains($"test-bucket/tenants/{_tenant}/*", call.Form["Policy"], StringComparison.Ordinal);
        Assert.Equal("/", call.Target);
    }

    [Fact]
    public async Task What_a_caller_needs_beyond_half_of_the_life_cannot_be_had()
    {
        Assert.Equal(200, (await _broker.CredentialsAsync(_tenant, "uploads", query: "?minRemaining=1800")).Status);
        var refusal = await _broker.CredentialsAsync(_tenant, "uploads", query: "?minRemaining=1801");
        Assert.Equal((422, ErrorCode.LifetimeUnattainable), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task A_key_serves_its_scope_its_roles_and_its_default_role()
    {
        await _broker.PutRoleAsync(_tenant, "downloads");
        var key = await _broker.NewKeyAsync(_tenant, new { scopes = new[] { "credentials:read" }, roles = new[] { "uploads" }, defaultRole = "uploads" });
        Assert.Equal(200, (await _broker.CredentialsAsync(_tenant, "uploads", key)).Status);
        Assert.Equal(200, (await _broker.GetAsync("/get_sts_token_for_oss_upload", key)).Status);
        Assert.Equal(403, (await _broker.CredentialsAsync(_tenant, "downloads", key)).Status);

        var other = await _broker.NewKeyAsync(_tenant, new { scopes = new[] { "signed-urls:create" } });
        Assert.Equal(403, (await _broker.CredentialsAsync(_tenant, "uploads", other)).Status);
        Assert.Equal(403, (await _broker.GetAsync("/get_sts_token_for_oss_upload", other)).Status);
    }

    [Fact]
    public async Task A_credential_URL_answers_without_a_key_and_any_other_one_is_the_same_404()
    {
        var made = (await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(_tenant, "uploads")}/credential-urls", new { })).DemandSuccess();
        var url = made.Json.GetProperty("url").GetString()!;
        var answer = await _broker.GetAsync(url, key: null);
        Assert.Equal(200, answer.Status);
        Assert.True(answer.Headers.CacheControl!.NoStore);

        var elsewhere = (await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(_tenant, "uploads")}/credential-urls", new { allowedNetworks = new[] { "203.0.113.0/24" } })).DemandSuccess();
        string[] dead = [url[..^1] + (url[^1] == 'A' ? 'B' : 'A'), url[..^3], $"{_broker.Http.BaseAddress}v1/credential-urls/x", elsewhere.Json.GetProperty("url").GetString()!];
        foreach (var one in dead)
        {
            var refusal = await _broker.GetAsync(one, key: null);
            Assert.Equal((404, "There is no such credential URL."), (refusal.Status, refusal.Json.GetProperty("detail").GetString()));
        }
    }

    [Fact]
    public async Task Readiness_and_metrics_are_on_the_management_address_alone()
    {
        await _broker.CredentialsAsync(_tenant, "uploads");
        var ready = await _broker.GetAsync($"{_broker.Management}readyz", key: null);
        Assert.Equal((200, """{"status":"ready","degraded":[]}"""), (ready.Status, ready.Text));
        Assert.Contains("broker_sts_calls_total{", (await _broker.GetAsync($"{_broker.Management}metrics", key: null)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await _broker.GetAsync($"{_broker.Management}v1/tenants/{_tenant}")).Status);
        Assert.Equal(404, (await _broker.GetAsync("/readyz")).Status);
        Assert.Equal(404, (await _broker.GetAsync("/metrics")).Status);
        Assert.Equal(200, (await _broker.GetAsync("/healthz", key: null)).Status);
    }
}
