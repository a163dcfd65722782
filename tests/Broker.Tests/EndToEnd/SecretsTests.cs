using System.Diagnostics;
using Broker.Tests.Telemetry;

namespace Broker.Tests.EndToEnd;

/// <summary>Plants markers and looks for them everywhere that operators look.</summary>
public sealed class SecretsTests
{
    /// <summary>Keys of grains that hold a secret, its hash or an envelope with it.</summary>
    static readonly string[] Grains = ["r/acme/uploads", "t/acme", "b/default"];

    [Fact]
    public async Task No_secret_is_anywhere_but_in_the_answer_that_hands_it_out()
    {
        using var spans = new ExportedSpans();
        var secrets = new SecretSearch();
        await using var sink = await OtlpSink.StartAsync();
        await using var fixture = await OidcFixture.StartAsync(spans.Listen, onPostgres: false, sink.Settings);
        var broker = fixture.Broker;
        var operations = new EveryOperation(fixture, secrets);
        await operations.RunAsync();
        // What waits for the audit is written, and then read.
        fixture.Clock.Advance(TimeSpan.FromSeconds(5));
        await broker.PutTenantAsync("last");
        var audit = (await broker.GetAsync("/v1/audit?pageSize=1000")).DemandSuccess().Text;
        var metrics = (await broker.GetAsync($"{broker.Management}metrics", key: null)).Text;

        var dashboard = await DashboardPages.ReadAsync(broker, Grains);
        OtlpSink.Flush(broker.Services);

        AssertFound(secrets, operations.Vended);
        Assert.Contains("GetCredentialsByUrl", audit, StringComparison.Ordinal);
        Assert.Contains("broker_credential_requests", metrics, StringComparison.Ordinal);
        Assert.NotEmpty(spans.Texts);
        AssertNone(secrets, "the log", broker.Log.Lines);
        AssertNone(secrets, "the spans", spans.Texts);
        AssertNone(secrets, "the answers", operations.Shown);
        AssertNone(secrets, "the audit", [audit]);
        AssertNone(secrets, "the metrics", [metrics]);
        Assert.Contains(dashboard.Values, page => page.Contains("RoleGrain", StringComparison.Ordinal));
        foreach (var (page, text) in dashboard) AssertNone(secrets, page, [text]);
        foreach (var signal in (string[])["logs", "traces", "metrics"]) Assert.NotEmpty(sink.Bodies[signal]);
        foreach (var (signal, bodies) in sink.Bodies) Assert.All(bodies, body => Assert.Equal([], secrets.In(body).Select(secret => $"{secret} in {signal} by OTLP")));
        var known = new SecretSearch();
        known.Add(["external-acme"]);
        Assert.Contains(await Task.WhenAll(Files(broker).Select(ReadAsync)), content => known.In(content).Any());
        foreach (var file in Files(broker)) Assert.Equal([], secrets.In(await ReadAsync(file)).Select(secret => $"{secret} in {file}"));
    }

    /// <summary>A search that finds nothing anywhere would pass: it must find what was handed out.</summary>
    static void AssertFound(SecretSearch secrets, List<string> vended)
    {
        var found = secrets.In(string.Join('\n', vended)).ToList();
        Assert.True(found.Count >= 20, $"{found.Count} secrets in the answers that hand them out, of {secrets.Secrets.Count}");
    }

    static void AssertNone(SecretSearch secrets, string place, IReadOnlyCollection<string> texts)
    {
        foreach (var secret in secrets.In(string.Join('\n', texts)))
            Assert.Fail($"{place}: {secret} in {texts.FirstOrDefault(text => text.Contains(secret, StringComparison.Ordinal))}");
    }

    /// <summary>All that the broker has written, its lock apart, which nobody may open; the emulator's own directory is the cloud's.</summary>
    static List<string> Files(TestBroker broker)
    {
        var files = Directory.GetFiles(broker.Data, "*", SearchOption.AllDirectories).Where(f => !f.StartsWith(Path.Combine(broker.Data, "emulator"), StringComparison.Ordinal)).ToList();
        Assert.Contains(files, f => f.EndsWith("broker.db", StringComparison.Ordinal));
        files.RemoveAll(f => f.EndsWith("broker.lock", StringComparison.Ordinal));
        return files;
    }

    static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    [Fact]
    public async Task One_trace_leads_from_the_request_to_STS()
    {
        using var exported = new ExportedSpans();
        await using var broker = await TestBroker.StartAsync(adjust: exported.Listen);
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        using var root = new Activity("a caller's own") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        (await broker.CredentialsAsync("acme", "uploads")).DemandSuccess();

        var spans = exported.Texts.Where(t => t.StartsWith(root.TraceId.ToString(), StringComparison.Ordinal)).ToList();
        Assert.Contains(spans, s => s.Contains("mint session", StringComparison.Ordinal) && s.Contains("broker.tenant, acme", StringComparison.Ordinal));
        Assert.Contains(spans, s => s.Contains("Microsoft.Orleans.Application", StringComparison.Ordinal));
        Assert.Contains(spans, s => s.Contains("System.Net.Http", StringComparison.Ordinal));
    }

    [Fact]
    public void No_type_prints_the_secret_that_it_holds()
    {
        const string Marker = "planted-marker";
        var snapshot = new CredentialSnapshot("STS.x", Marker, Marker, default, default, 1);
        object[] holders =
        [
            snapshot,
            new Broker.Grains.Roles.StoredCredentials(snapshot, "terms"),
            new Broker.AlibabaCloud.Sources.SourceIdentity("id", Marker, Marker),
            new Broker.AlibabaCloud.Sts.AssumedRole("STS.x", Marker, Marker, default, "request"),
            Broker.Api.Authentication.Capability.TryParse("bk", $"bk_abc_{Marker.PadRight(43, 'x')}")!,
            Broker.Api.Authentication.Oidc.ReceivedToken.TryRead(TokenKey.Ec("e1").Token(new { sub = Marker }))!,
            new Broker.Api.Endpoints.CredentialDocument("Success", "STS.x", Marker, Marker, default, default),
            new Broker.Api.Endpoints.CliCredentialDocument("StsToken", "STS.x", Marker, Marker, default),
            new Broker.Api.Endpoints.CreatedApiKey("key", Marker, [], null, null, null, null),
            new Broker.Api.Endpoints.CreatedCredentialUrl("url", Marker, default),
            new Broker.Api.Endpoints.CreatedSignedUrls([new(Marker, "GET", [], default, false)]),
            new Broker.Api.Authentication.BootstrapAdministrator(new() { AdminKey = Marker + Marker }),
        ];
        Assert.All(holders, holder => Assert.DoesNotContain(Marker, $"{holder}", StringComparison.Ordinal));
    }
}
