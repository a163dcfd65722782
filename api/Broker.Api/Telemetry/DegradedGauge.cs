using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broker.Api.Telemetry;

/// <summary>What readiness names in <c>degraded</c>, as a metric, so that it can raise an alarm.</summary>
sealed class DegradedGauge : IHealthCheckPublisher
{
    volatile HealthReport? _last;

    public DegradedGauge(ApiTelemetry telemetry) => telemetry.WatchDegradations(Read);

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        _last = report;
        return Task.CompletedTask;
    }

    IEnumerable<Measurement<int>> Read() =>
        _last?.Entries.Select(check => new Measurement<int>(check.Value.Status == HealthStatus.Healthy ? 0 : 1, new KeyValuePair<string, object?>("trouble", check.Key))) ?? [];
}
