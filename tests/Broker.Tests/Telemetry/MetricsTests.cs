using Broker.Tests.Cluster;
using Broker.Tests.EndToEnd;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Exporter;

namespace Broker.Tests.Telemetry;

/// <summary>What alarms go by, as it is scraped. Alone, because all brokers of a process are measured together.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class MetricsTests
{
    readonly FakeTimeProvider _clock = new(new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_role_whose_renewals_fail_is_failing_and_once_its_callers_wait_overdue()
    {
        await using var broker = await TestBroker.StartAsync(clock: _clock, adjust: ReadAnew);
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        (await broker.CredentialsAsync("acme", "uploads")).DemandSuccess();
        Assert.Equal((1, 0, 0), await RolesAsync(broker));

        broker.Emulator.Fail(new("AssumeRole", 500, "InternalError", Times: 0));
        Assert.Equal(503, (await broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/refresh")).Status);
        Assert.Equal((1, 1, 0), await RolesAsync(broker));
        _clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal((1, 1, 1), await RolesAsync(broker));

        broker.Emulator.Heal();
        (await broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/refresh")).DemandSuccess();
        Assert.Equal((1, 0, 0), await RolesAsync(broker));
        (await broker.SendAsync(HttpMethod.Delete, TestBroker.RolePath("acme", "uploads"))).DemandSuccess();
        Assert.Equal((0, 0, 0), await RolesAsync(broker));
    }

    [Fact]
    public async Task Requests_are_counted_by_how_they_ended()
    {
        await using var broker = await TestBroker.StartAsync(adjust: ReadAnew);
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        for (var i = 0; i < 3; i++) (await broker.CredentialsAsync("acme", "uploads")).DemandSuccess();
        Assert.Equal(ErrorCode.NotFound, (await broker.CredentialsAsync("acme", "absent")).Code);
        (await broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/post-policies", new { keyPrefix = "avatars/" })).DemandSuccess();
        Assert.Equal((3, 1), (await ReadAsync(broker, "broker_credential_requests_total", "outcome=\"success\""), await ReadAsync(broker, "broker_credential_requests_total", "outcome=\"not_found\"")));
        Assert.Equal(1, await ReadAsync(broker, "broker_post_policies_total", "outcome=\"success\""));
        Assert.DoesNotContain("memory_pool", (await broker.GetAsync($"{broker.Management}metrics", key: null)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_readiness_names_is_a_metric()
    {
        await using var broker = await TestBroker.StartAsync(adjust: ReadAnew);
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        broker.Emulator.Fail(new("AssumeRole", 404, "InvalidAccessKeyId.NotFound", Times: 0));
        Assert.Equal("source_identity_rejected", (await broker.CredentialsAsync("acme", "uploads")).Code);
        await PublishAsync(broker);
        Assert.Equal(1, await ReadAsync(broker, "broker_degraded", "trouble=\"identity\""));
        Assert.Equal(0, await ReadAsync(broker, "broker_degraded", "trouble=\"storage\""));
        Assert.Equal(0, await ReadAsync(broker, "broker_degraded", "trouble=\"audit\""));
    }

    [Fact]
    public async Task The_queue_of_the_audit_the_database_and_the_process_are_measured()
    {
        await using var broker = await TestBroker.StartAsync(settings: new() { ["Audit:QueueCapacity"] = "321" }, adjust: ReadAnew);
        await broker.PutTenantAsync("acme");
        Assert.Equal(321, await ReadAsync(broker, "broker_audit_capacity"));
        Assert.NotNull(await ReadAsync(broker, "broker_audit_waiting"));
        Assert.True(await ReadAsync(broker, "broker_storage_operation_duration_seconds_count", "outcome=\"success\"") > 0);
        Assert.True(await ReadAsync(broker, "broker_storage_operation_duration_seconds_bucket", "le=\"0.005\"") >= 0);
        Assert.True(await ReadAsync(broker, "dotnet_process_memory_working_set_bytes") > 0);
    }

    /// <summary>The exporter answers from a copy for some milliseconds.</summary>
    static void ReadAnew(WebApplicationBuilder builder) =>
        builder.Services.Configure<PrometheusAspNetCoreOptions>(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0);

    /// <summary>At once, where it would happen every five seconds.</summary>
    static async Task PublishAsync(TestBroker broker)
    {
        var report = await broker.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        foreach (var publisher in broker.Services.GetServices<IHealthCheckPublisher>()) await publisher.PublishAsync(report, CancellationToken.None);
    }

    static async Task<(double? Active, double? Failing, double? Overdue)> RolesAsync(TestBroker broker) =>
        (await ReadAsync(broker, "broker_roles_active"), await ReadAsync(broker, "broker_roles_failing"), await ReadAsync(broker, "broker_roles_overdue"));

    /// <summary>The value of the first series with this name and label; null: there is none.</summary>
    static async Task<double?> ReadAsync(TestBroker broker, string name, string label = "")
    {
        var metrics = (await broker.GetAsync($"{broker.Management}metrics", key: null)).Text;
        var line = metrics.Split('\n').FirstOrDefault(l => (l.StartsWith(name + "{", StringComparison.Ordinal) || l.StartsWith(name + " ", StringComparison.Ordinal)) && l.Contains(label, StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
