using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broker.Api.Hosting;

/// <summary>An API process that runs alone and is connected to no silo is out of the cluster.</summary>
sealed class GatewayCheck : IHealthCheck
{
    volatile int _connected;

    /// <summary>Orleans tells it how many gateways the process is connected to.</summary>
    public void Count(int connected) => _connected = connected;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_connected > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
