using Broker.Grains;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broker.Silo.Hosting;

static class ReadinessHosting
{
    static readonly string[] Named = [Degradation.Storage, Degradation.Identity, Degradation.Clock];

    /// <summary>Trouble behind a silo is named, and keeps it in the load balancer: it may still serve what it has.</summary>
    public static void AddReadiness(this WebApplicationBuilder builder)
    {
        var checks = builder.Services.AddHealthChecks();
        checks.AddCheck<MembershipCheck>("membership");
        foreach (var name in Named)
            checks.Add(new(name, services => new DegradationCheck(services.GetRequiredService<Degradations>(), name), HealthStatus.Degraded, []));
    }

    /// <summary>A silo that the others have declared dead, or that leaves, is none to send anything to.</summary>
    sealed class MembershipCheck(ISiloStatusOracle silos) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(silos.CurrentStatus == SiloStatus.Active ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }

    sealed class DegradationCheck(Degradations degradations, string name) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(degradations.Current.Contains(name) ? HealthCheckResult.Degraded() : HealthCheckResult.Healthy());
    }
}
