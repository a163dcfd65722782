using Broker.Api.Json;
using Broker.Api.Problems;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broker.Api.Hosting;

/// <summary>What the management listener serves: liveness, readiness and metrics.</summary>
static class ManagementPipeline
{
    /// <summary>A process as a load balancer reads it.</summary>
    sealed record Readiness(string Status, string[] Degraded);

    public static void Build(IApplicationBuilder app)
    {
        // Liveness is the status alone: whether the process is ready is another question.
        app.UseHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = static (_, _) => Task.CompletedTask });
        app.UseHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = WriteAsync });
        app.UseOpenTelemetryPrometheusScrapingEndpoint();
        app.Run(context => Problem.WriteAsync(context, new(ErrorCode.NotFound, "The management address serves /healthz, /readyz and /metrics.")));
    }

    /// <summary>Trouble behind the process is named but keeps it ready; only starting and draining take it out.</summary>
    static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var degraded = report.Entries.Where(e => e.Value.Status == HealthStatus.Degraded).Select(e => e.Key).Order(StringComparer.Ordinal).ToArray();
        var status = report.Status == HealthStatus.Unhealthy ? "not ready" : "ready";
        return context.Response.WriteAsJsonAsync(new Readiness(status, degraded), Wire.Options, context.RequestAborted);
    }
}
