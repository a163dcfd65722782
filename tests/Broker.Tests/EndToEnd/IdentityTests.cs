using Broker.Emulator;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>The broker's own keys, seen by its callers and operators.</summary>
public sealed class IdentityTests : IAsyncLifetime
{
    const string Section = "AlibabaCloud:Identity";

    /// <summary>As a program prints it.</summary>
    const string Key = $$"""{"mode":"AK","access_key_id":"{{TestBroker.KeyId}}","access_key_secret":"{{TestBroker.KeySecret}}"}""";

    readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    readonly string _file = Path.GetTempFileName();
    TestBroker _broker = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        File.Delete(_file);
    }

    async Task StartAsync(TimeProvider clock)
    {
        _broker = await TestBroker.StartAsync(clock: clock, settings: new()
        {
            ["AlibabaCloud:Identities:partner:Kind"] = "Process",
            ["AlibabaCloud:Identities:partner:ProcessCommand"] = $"cat '{_file}'",
            ["StsBudget:RatePerSecond"] = "10000",
            ["StsBudget:Burst"] = "1000",
        });
        await _broker.PutTenantAsync("acme");
    }

    Task<Answer> PutPartnerAsync(string? identity) => _broker.SendAsync(HttpMethod.Put, "/v1/tenants/partner", new
    {
        storage = (object[])[new { name = "main", roleArn = $"acs:ram::{EmulatorOptions.Account}:role/tests", bucket = TestBroker.Bucket, region = "cn-hangzhou", keyPrefix = "tenants/partner/", identity }],
    });

    async Task<string> ReadinessAsync() => (await _broker.GetAsync($"{_broker.Management}readyz", key: null)).Text;

    Task<Answer> RefreshAsync(string role) => _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", role)}/refresh");

    [Fact]
    public async Task A_key_that_is_replaced_and_deleted_under_load_fails_no_request()
    {
        await File.WriteAllTextAsync(_file, Key);
        await StartAsync(TimeProvider.System);
        string[] roles = [.. Enumerable.Range(0, 8).Select(i => $"role-{i}")];
        foreach (var role in roles) await _broker.PutRoleAsync("acme", role);
        using var stop = new CancellationTokenSource();
        var (minted, answers) = (new Tally(), new List<Task<List<Answer>>>());
        foreach (var role in roles) answers.Add(Task.Run(() => LoadAsync(role, minted, stop.Token)));
        await minted.MoreAsync(2 * roles.Length);
        // One after the other, as the configuration is reloaded, while calls with the old key are under way.
        var configuration = _broker.Services.GetRequiredService<IConfiguration>();
        (configuration[$"{Section}:AccessKeyId"], configuration[$"{Section}:AccessKeySecret"]) = ("other-user", "other-secret");
        _broker.Emulator.ReplaceAccessKey(TestBroker.KeyId, "other-user", "other-secret");
        await minted.MoreAsync(2 * roles.Length);
        await stop.CancelAsync();
        Assert.All((await Task.WhenAll(answers)).SelectMany(a => a), answer => Assert.True(answer.Status == 200, answer.Text));
        Assert.Equal("""{"status":"ready","degraded":[]}""", await ReadinessAsync());
    }

    async Task<List<Answer>> LoadAsync(string role, Tally minted, CancellationToken stop)
    {
        var answers = new List<Answer>();
        while (!stop.IsCancellationRequested)
        {
            answers.Add(await RefreshAsync(role));
            answers.Add(await _broker.CredentialsAsync("acme", role));
            minted.Add();
        }
        return answers;
    }

    [Fact]
    public async Task An_identity_that_cannot_be_had_is_an_alarm_and_its_roles_and_no_others_wait_for_it()
    {
        await StartAsync(_clock);
        await _broker.PutRoleAsync("acme", "uploads");
        (await _broker.CredentialsAsync("acme", "uploads")).DemandSuccess();
        (await PutPartnerAsync("partner")).DemandSuccess();
        await _broker.PutRoleAsync("partner", "uploads");
        var refused = await _broker.CredentialsAsync("partner", "uploads");
        Assert.Equal((503, ErrorCode.SourceIdentityRejected), (refused.Status, refused.Code));
        Assert.DoesNotContain(_file, refused.Text, StringComparison.Ordinal);
        Assert.Equal("""{"status":"ready","degraded":["identity"]}""", await ReadinessAsync());
        Assert.Contains("""broker_source_identity_reads_total{identity="partner",outcome="failure"}""", Metrics(await _broker.GetAsync($"{_broker.Management}metrics", key: null)), StringComparison.Ordinal);
        Assert.Contains(_broker.Log.Lines, line => line.Contains("What AlibabaCloud:Identities:partner:ProcessCommand printed is not a JSON object", StringComparison.Ordinal));
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "uploads")).Status);
        Assert.Equal(200, (await RefreshAsync("uploads")).Status);
        Assert.Equal("""{"status":"ready","degraded":["identity"]}""", await ReadinessAsync());

        await File.WriteAllTextAsync(_file, Key);
        _clock.Advance(TimeSpan.FromSeconds(11));
        (await _broker.CredentialsAsync("partner", "uploads")).DemandSuccess();
        Assert.Equal("""{"status":"ready","degraded":[]}""", await ReadinessAsync());
    }

    /// <summary>The exporter names the scope of each metric before its own labels.</summary>
    static string Metrics(Answer answer) => System.Text.RegularExpressions.Regex.Replace(answer.Text, "otel_scope_[a-z]+=\"[^\"]*\",?", "");

    [Fact]
    public async Task A_tenant_names_a_configured_identity_or_none()
    {
        await StartAsync(_clock);
        Assert.Equal(201, (await PutPartnerAsync("partner")).Status);
        Assert.Equal(200, (await PutPartnerAsync("default")).Status);
        Assert.Equal(200, (await PutPartnerAsync(null)).Status);
        var refused = await PutPartnerAsync("elsewhere");
        Assert.Equal((400, ErrorCode.InvalidRequest), (refused.Status, refused.Code));
        Assert.Contains("storage[0].identity", refused.Text, StringComparison.Ordinal);
    }
}
