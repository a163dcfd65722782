using System.Collections.Concurrent;
using System.Diagnostics;
using Broker.Emulator.Control;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Broker.Tests.EndToEnd;

/// <summary>Plants markers and looks for them everywhere that operators look.</summary>
public sealed class SecretsTests
{
    sealed class Exported : BaseExporter<Activity>
    {
        public ConcurrentQueue<string> Texts { get; } = new();

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
                Texts.Enqueue($"{activity.TraceId} {activity.Source.Name} {activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(e => e.Tags))} {activity.StatusDescription}");
            return ExportResult.Success;
        }
    }

    [Fact]
    public async Task No_secret_reaches_a_log_a_trace_a_metric_or_a_problem_document()
    {
        using var exported = new Exported();
        await using var broker = await TestBroker.StartAsync(adjust: builder =>
            builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new SimpleActivityExportProcessor(exported))));
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        await broker.PutRoleAsync("acme", "cold");
        var key = await broker.NewKeyAsync("acme", new { scopes = new[] { "credentials:read" } });
        var url = (await broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/credential-urls", new { })).DemandSuccess().Json.GetProperty("url").GetString()!;
        var document = (await broker.GetAsync(url, key: null)).DemandSuccess().Json;
        await broker.CredentialsAsync("acme", "uploads", key);

        var problems = new List<string>
        {
            (await broker.GetAsync(url + "x", key: null)).Text,
            (await broker.GetAsync(url + "?x=1", key: null)).Text,
            (await broker.SendAsync(HttpMethod.Post, url, "{}", key: null)).Text,
            (await broker.CredentialsAsync("acme", "uploads", key + "x")).Text,
            (await broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", "{\"displayName\":\"planted-marker", TestBroker.AdminKey)).Text,
        };
        broker.Emulator.Fail(new Fault("AssumeRole", 400, "SignatureDoesNotMatch", 0));
        problems.Add((await broker.CredentialsAsync("acme", "cold")).Text);
        var metrics = (await broker.GetAsync($"{broker.Management}metrics", key: null)).Text;

        string[] secrets =
        [
            TestBroker.AdminKey, TestBroker.KeySecret, "planted-marker", key.Split('_', 3)[2], url.Split('_', 3)[2],
            document.GetProperty("AccessKeySecret").GetString()!, document.GetProperty("SecurityToken").GetString()![..40],
        ];
        Assert.NotEmpty(broker.Log.Lines);
        Assert.NotEmpty(exported.Texts);
        var shown = broker.Log.Lines.Concat(exported.Texts).Concat(problems).Append(metrics).ToList();
        foreach (var secret in secrets) Assert.DoesNotContain(shown, text => text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_trace_leads_from_the_request_to_STS()
    {
        using var exported = new Exported();
        await using var broker = await TestBroker.StartAsync(adjust: builder =>
            builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new SimpleActivityExportProcessor(exported))));
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
