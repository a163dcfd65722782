using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broker.Api.Hosting;

/// <summary>
/// A stop that nobody notices: readiness goes off first, then the process serves on for a while, and each connection is closed
/// with its next answer, so that callers and load balancers have gone elsewhere before anything refuses them.
/// </summary>
sealed class Draining(ListenerOptions options, IHostApplicationLifetime lifetime, TimeProvider clock) : IHostedLifecycleService, IHealthCheck
{
    /// <summary>Whether the process has been told to stop.</summary>
    bool HasBegun => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Asks HTTP/1.1 clients to come by another connection; HTTP/2 tells them by itself when it stops.</summary>
    public Task SendAwayAsync(HttpContext context, RequestDelegate next)
    {
        if (HasBegun && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        return next(context);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HasBegun ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());

    // Before anything stops. A host that is stopped by its program, not by a signal, has not said so yet.
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        return Task.Delay(TimeSpan.FromSeconds(options.DrainSeconds), clock, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
