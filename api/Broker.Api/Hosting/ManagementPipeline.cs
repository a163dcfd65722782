using Broker.Api.Json;
using Broker.Api.Problems;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Dashboard;

namespace Broker.Api.Hosting;

/// <summary>What the management listener serves: liveness, readiness, metrics and the Orleans Dashboard.</summary>
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
        // Routing of its own: by the application's, the dashboard would be on the public address, and the API on this one.
        app.Use(static (context, next) =>
        {
            context.SetEndpoint(null);
            return next(context);
        });
        app.Properties.Remove("__GlobalEndpointRouteBuilder");
        app.UseRouting();
        app.UseEndpoints(static routes => routes.MapOrleansDashboard("/dashboard").ExcludeFromDescription());
        app.Run(context => Problem.WriteAsync(context, new(ErrorCode.NotFound, "The management address serves /healthz, /readyz, /metrics and /dashboard/.")));
    }

    /// <summary>Trouble behind the process is named but keeps it ready; only starting and draining take it out.</summary>
    static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var degraded = report.Entries.Where(e => e.Value.Status == HealthStatus.Degraded).Select(e => e.Key).Order(StringComparer.Ordinal).ToArray();
        var status = report.Status == HealthStatus.Unhealthy ? "not ready" : "ready";
        return context.Response.WriteAsJsonAsync(new Readiness(status, degraded), Wire.Options, context.RequestAborted);
    }
}
