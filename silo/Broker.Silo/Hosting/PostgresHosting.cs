using System.Data.Common;
using Broker.Silo.Storage;
using Broker.Silo.Storage.Postgres;
using Npgsql;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace Broker.Silo.Hosting;

/// <summary>A silo of a cluster: membership, reminders, the state of grains and our own tables in one PostgreSQL database.</summary>
static class PostgresHosting
{
    const string Invariant = "Npgsql", ClusterPool = "cluster";

    public static void UsePostgres(this ISiloBuilder silo, string connectionString, string? migrationConnectionString)
    {
        silo.Services.AddSingleton(_ => PostgresPools.OpenStorage(connectionString));
        silo.Services.AddKeyedSingleton(ClusterPool, (_, _) => PostgresPools.OpenCluster(connectionString));
        silo.Services.AddSingleton<DbDataSource>(services => services.GetRequiredService<NpgsqlDataSource>());
        silo.Services.AddSingleton<SqlAuditStore, PostgresAuditStore>();
        // Hosted services start in the order of their registration: the schema stands before Orleans reads its queries.
        silo.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(services =>
            new PostgresSchemaAtStart(services.GetRequiredService<NpgsqlDataSource>(), migrationConnectionString)));
        silo.UseAdoNetClustering(clustering => clustering.Configure<IServiceProvider>((o, services) => (o.Invariant, o.DataSource) = (Invariant, Cluster(services))))
            .UseAdoNetReminderService(reminders => reminders.Configure<IServiceProvider>((o, services) => (o.Invariant, o.DataSource) = (Invariant, Cluster(services))))
            .AddAdoNetGrainStorage(OrleansHosting.InnerStorage, storage => storage.Configure<Serializer, NpgsqlDataSource>((o, serializer, database) =>
            {
                o.Invariant = Invariant;
                o.DataSource = database;
                o.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            }));
    }

    static NpgsqlDataSource Cluster(IServiceProvider services) => services.GetRequiredKeyedService<NpgsqlDataSource>(ClusterPool);
}
