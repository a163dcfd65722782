using Broker.Grains;
using Broker.Grains.Audit;
using Broker.Grains.Minting;
using Broker.Grains.Storage;
using Broker.Grains.Tenants;
using Broker.Silo.Storage;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace Broker.Silo.Hosting;

static class OrleansHosting
{
    const string Inner = "ado-net";

    public static string DatabaseFile(SiloOptions options) => Path.Combine(options.DataDirectory, "broker.db");

    public static void AddOrleans(this WebApplicationBuilder builder, SiloOptions options)
    {
        var database = new SqliteDatabase(DatabaseFile(options));
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton<IIssuedStore, SqliteIssuedStore>();
        builder.Services.AddSingleton<ITenantTable, SqliteTenantTable>();
        builder.Services.AddSingleton<IAuditStore>(services => new GuardedAuditStore(new SqliteAuditStore(database), services.GetRequiredService<StorageGuard>()));
        // Hosted services start in the order of their registration: the schema stands before Orleans reads its queries.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(_ => new SqliteOwner(options.DataDirectory)));
        builder.Services.Insert(1, ServiceDescriptor.Singleton<IHostedService, SchemaAtStart>());
        var free = FreePorts.Find(2);
        var (siloPort, gatewayPort) = (options.SiloPort == 0 ? free[0] : options.SiloPort, options.GatewayPort == 0 ? free[1] : options.GatewayPort);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(siloPort, gatewayPort, serviceId: SealingHosting.ServiceId, clusterId: SealingHosting.ServiceId)
            .AddActivityPropagation()
            .AddAdoNetGrainStorage(Inner, storage => storage.Configure<Serializer>((o, serializer) => Configure(o, database, serializer)))
            .Services.AddKeyedSingleton<IGrainStorage>(GuardedGrainStorage.Name, (services, _) =>
                ActivatorUtilities.CreateInstance<GuardedGrainStorage>(services, services.GetRequiredKeyedService<IGrainStorage>(Inner))));
    }

    static void Configure(AdoNetGrainStorageOptions options, SqliteDatabase database, Serializer serializer)
    {
        // Orleans knows SQLite by this name only; it loads Microsoft.Data.Sqlite.
        options.Invariant = "System.Data.SQLite";
        options.DataSource = database;
        options.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
    }
}

/// <summary>Brings the database's schema up to date before anything reads it.</summary>
sealed class SchemaAtStart(SqliteDatabase database) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.ApplySchemaAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
