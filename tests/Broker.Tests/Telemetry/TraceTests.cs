using Broker.Tests.Cluster;
using Broker.Tests.EndToEnd;

namespace Broker.Tests.Telemetry;

/// <summary>Alone, because all brokers of a process share its spans.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class TraceTests
{
    [Fact]
    public async Task One_trace_shows_request_grain_STS_and_storage_in_one_tree()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var broker = await TestBroker.StartAsync(settings: sink.Settings);
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        var vended = (await broker.CredentialsAsync("acme", "uploads")).DemandSuccess();
        OtlpSink.Flush(broker.Services);

        var request = Assert.Single(sink.Spans, s => s.Scope == "Microsoft.AspNetCore" && s.Name == "GET /v1/tenants/{tenant}/roles/{role}/credentials");
        Assert.Equal(("acme", "uploads"), (request.Attributes["broker.tenant"], request.Attributes["broker.role"]));
        var trace = sink.Spans.Where(s => s.Trace == request.Trace).ToDictionary(s => s.Id);
        OtlpSpan Find(string scope, string name) => trace.Values.First(s => s.Scope == scope && s.Name == name);
        var mint = Find("Broker", "mint session");
        Assert.Equal(("acme", "uploads"), (mint.Attributes["broker.tenant"], mint.Attributes["broker.role"]));
        foreach (var span in (OtlpSpan[])[mint, Find("Broker", "storage role-credentials-v1"), Find("System.Net.Http", "POST"), trace.Values.First(s => s.Scope == "Microsoft.Orleans.Application")])
            Assert.Contains(request.Id, Ancestors(span, trace));
        Assert.Contains(mint.Id, Ancestors(Find("System.Net.Http", "POST"), trace));
        var secrets = new SecretSearch();
        secrets.Add([TestBroker.AdminKey, vended.Json.GetProperty("AccessKeySecret").GetString()!, vended.Json.GetProperty("SecurityToken").GetString()!]);
        Assert.All(sink.Bodies.Values.SelectMany(bodies => bodies), body => Assert.Empty(secrets.In(body)));
    }

    [Fact]
    public async Task Sampling_follows_the_standard_variables()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var broker = await TestBroker.StartAsync(settings: new(sink.Settings) { ["OTEL_TRACES_SAMPLER"] = "always_off" });
        await broker.PutTenantAsync("acme");
        OtlpSink.Flush(broker.Services);
        Assert.Empty(sink.Spans);
    }

    static IEnumerable<string> Ancestors(OtlpSpan span, Dictionary<string, OtlpSpan> trace)
    {
        for (var parent = span.Parent; parent.Length > 0 && trace.TryGetValue(parent, out var next); parent = next.Parent) yield return parent;
    }
}
