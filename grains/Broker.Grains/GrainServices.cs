using Broker.Grains.Audit;
using Broker.Grains.Budget;
using Broker.Grains.Identities;
using Broker.Grains.Leases;
using Broker.Grains.Minting;
using Broker.Grains.Roles;
using Broker.Grains.Storage;
using Broker.Grains.Telemetry;
using Broker.Grains.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace Broker.Grains;

/// <summary>What the grains need of a silo.</summary>
public static class GrainServices
{
    /// <summary>
    /// Adds it. The host adds what depends on where it runs: <c>ICloud</c>, <c>SourceIdentities</c>, <c>StsClients</c>, <c>CredentialSealer</c>,
    /// <c>IIssuedStore</c>, <c>IAuditStore</c>, <c>ITenantTable</c>, <c>IPrefixTable</c>, the storage named
    /// <see cref="GuardedGrainStorage.Name"/>, <see cref="ConfirmationOptions"/>, <see cref="StsBudgetOptions"/>,
    /// <see cref="AuditRetentionOptions"/>, and a <c>TimeProvider</c>.
    /// </summary>
    public static IServiceCollection AddBrokerGrains(this IServiceCollection services) => services
        .AddSingleton<GrainTelemetry>()
        .AddSingleton<Degradations>()
        .AddSingleton<StorageGuard>()
        .AddSingleton<Calm>()
        .AddSingleton<StoredTenants>()
        .AddSingleton<SessionMint>()
        .AddSingleton<CredentialStore>()
        .AddSingleton<RefreshTimer>()
        .AddSingleton<IssuedLog>()
        .AddHostedService(provider => provider.GetRequiredService<IssuedLog>())
        .AddSingleton<AuditKeys>()
        .AddSingleton<AuditChains>()
        .AddHostedService<AuditRetention>()
        .AddHostedService<IdentityWatch>();
}
