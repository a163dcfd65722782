using System.Data.Common;
using System.Net;
using Broker.Silo.Storage;
using Broker.Silo.Storage.Sqlite;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace Broker.Silo.Hosting;

/// <summary>One silo on one machine: SQLite, and a cluster in memory.</summary>
static class SqliteHosting
{
    /// <summary>Orleans knows SQLite by this name only; it loads Microsoft.Data.Sqlite.</summary>
    const string Invariant = "System.Data.SQLite";

    public static string DatabaseFile(SiloOptions options) => Path.Combine(options.DataDirectory, "broker.db");

    public static void UseSqlite(this ISiloBuilder silo, string file, IPEndPoint itself)
    {
        var database = new SqliteDatabase(file);
        silo.Services.AddSingleton<DbDataSource>(database);
        silo.Services.AddSingleton<SqlAuditStore>(new SqliteAuditStore(database));
        // Hosted services start in the order of their registration: the schema stands before Orleans reads its queries.
        silo.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(_ => new SqliteOwner(Path.GetDirectoryName(file)!)));
        silo.Services.Insert(1, ServiceDescriptor.Singleton<IHostedService>(new SchemaAtStart(database)));
        silo.UseDevelopmentClustering(itself)
            .UseAdoNetReminderService(reminders => reminders.Configure(o => (o.Invariant, o.DataSource) = (Invariant, database)))
            .AddAdoNetGrainStorage(OrleansHosting.InnerStorage, storage => storage.Configure<Serializer>((o, serializer) =>
            {
                o.Invariant = Invariant;
                o.DataSource = database;
                o.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            }));
    }

    /// <summary>Brings the database's schema up to date before anything reads it.</summary>
    sealed class SchemaAtStart(SqliteDatabase database) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => database.ApplySchemaAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
