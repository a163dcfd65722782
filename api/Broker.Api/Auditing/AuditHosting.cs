using Broker.Api.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Broker.Api.Auditing;

static class AuditHosting
{
    /// <summary>Adds the queue of audit entries; it stops after the listeners and before the silo, so that it loses nothing.</summary>
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.Read<AuditOptions>("Audit");
        if (options.Writer.Length == 0) options.Writer = AuditOptions.DefaultWriter("api");
        if (options.BrokenRule() is { } rule) throw new InvalidOperationException(rule);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<AuditQueue>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AuditQueue>());
        builder.Services.AddHealthChecks().AddCheck<AuditCheck>("audit");
    }

    /// <summary>Trouble with the audit is named; it does not take the process out of the load balancer.</summary>
    sealed class AuditCheck(AuditQueue queue) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(queue.Fails ? HealthCheckResult.Degraded() : HealthCheckResult.Healthy());
    }
}
