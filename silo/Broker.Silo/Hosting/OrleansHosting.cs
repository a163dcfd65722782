using System.Net;
using Broker.Api.Cluster;
using Broker.Api.Settings;
using Broker.Api.Telemetry;
using Broker.Grains.Audit;
using Broker.Grains.Minting;
using Broker.Grains.Storage;
using Broker.Grains.Tenants;
using Broker.Silo.Storage;
using Broker.Silo.Storage.Postgres;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Storage;

namespace Broker.Silo.Hosting;

static class OrleansHosting
{
    /// <summary>The grain storage behind the guard, whichever database it is.</summary>
    public const string InnerStorage = "ado-net";

    /// <summary>
    /// A silo whose process has ended is declared dead by the others after three seconds without an answer. One that hangs, its
    /// connections open, is after twelve: Orleans lets a probe take four times as long on a busy machine, and waits for as many.
    /// </summary>
    static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    const int MissedProbes = 3;

    /// <summary>A silo that has not signed the table three times so long is not waited for by one that starts: all may have died at once.</summary>
    static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(4);

    // With each count all activations are walked through.
    const int CountersEveryMs = 10_000;

    public static void AddOrleans(this WebApplicationBuilder builder, SiloOptions options, bool encrypted)
    {
        var postgres = builder.Configuration.Read<PostgresOptions>(PostgresOptions.Section);
        if (postgres.BrokenRule() is { } rule) throw new InvalidOperationException(rule);
        var address = IPAddress.Parse(options.AdvertisedAddress);
        var free = FreePorts.Find(2);
        var (siloPort, gatewayPort) = (options.SiloPort == 0 ? free[0] : options.SiloPort, options.GatewayPort == 0 ? free[1] : options.GatewayPort);
        builder.Services.AddSingleton<IIssuedStore, SqlIssuedStore>();
        builder.Services.AddSingleton<ITenantTable, SqlTenantTable>();
        builder.Services.AddSingleton<IPrefixTable, SqlPrefixTable>();
        builder.Services.AddSingleton<IAuditStore>(services => ActivatorUtilities.CreateInstance<GuardedAuditStore>(services, services.GetRequiredService<SqlAuditStore>()));
        builder.UseOrleans(silo =>
        {
            silo.AddDashboard(dashboard => dashboard.CounterUpdateIntervalMs = CountersEveryMs).AddTraceContext(builder.Configuration)
                .ConfigureEndpoints(address, siloPort, gatewayPort)
                .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.ClusterId, ClusterHosting.ServiceId))
                .Configure<ClusterMembershipOptions>(o => (o.ProbeTimeout, o.NumMissedProbesLimit, o.IAmAliveTablePublishTimeout) = (ProbeTimeout, MissedProbes, SignOfLife));
            if (encrypted) silo.UseClusterTls();
            if (postgres.ConnectionString is { } database) silo.UsePostgres(database, postgres.MigrationConnectionString);
            else silo.UseSqlite(SqliteHosting.DatabaseFile(options), new(address, siloPort));
            silo.Services.AddKeyedSingleton<IGrainStorage>(GuardedGrainStorage.Name, (services, _) =>
                ActivatorUtilities.CreateInstance<GuardedGrainStorage>(services, services.GetRequiredKeyedService<IGrainStorage>(InnerStorage)));
        });
    }

    /// <summary>On every path: one that is left out would be in plaintext, and nothing would say so.</summary>
    static void UseClusterTls(this ISiloBuilder silo) => silo.Services.AddOptions<SiloConnectionOptions>().Configure<ClusterTls>((options, tls) =>
    {
        options.ConfigureSiloInboundConnection(connections => tls.Accept(connections, ClusterRole.Silo));
        options.ConfigureSiloOutboundConnection(tls.Connect);
        options.ConfigureGatewayInboundConnection(connections => tls.Accept(connections, ClusterRole.Client));
    });
}
