using System.Data.Common;
using Broker.Api.Cluster;
using Broker.Api.Settings;
using Broker.Grains.Sealing;
using Broker.Silo.Hosting;
using Broker.Silo.Keys;
using Broker.Silo.Storage;
using Broker.Silo.Storage.Postgres;
using Broker.Silo.Storage.Sqlite;

namespace Broker.Silo.Commands;

/// <summary>What a silo has stored, and the master keys to it, for a command beside it. Makes neither a database nor a key.</summary>
sealed record StoredData(DbDataSource Database, SqlAuditStore Audit, CredentialSealer Sealer) : IAsyncDisposable
{
    /// <param name="settings">The silo's configuration, as on its command line.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong. The message names it.</exception>
    /// <exception cref="IOException">There is no database.</exception>
    public static StoredData Open(string[] settings)
    {
        var configuration = WebApplication.CreateBuilder(settings).Configuration;
        configuration.AddSecretFiles().Demand(SiloSettings.All);
        var silo = configuration.Read<SiloOptions>();
        var (database, audit) = OpenStore(configuration, silo);
        return new(database, audit, OpenSealer(configuration, silo));
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    static (DbDataSource Database, SqlAuditStore Audit) OpenStore(ConfigurationManager configuration, SiloOptions silo)
    {
        var postgres = configuration.Read<PostgresOptions>(PostgresOptions.Section);
        if (postgres.BrokenRule() is { } rule) throw new InvalidOperationException(rule);
        if (postgres.ConnectionString is { } connectionString)
        {
            var pool = PostgresPools.OpenStorage(connectionString);
            return (pool, new PostgresAuditStore(pool));
        }
        var file = SqliteHosting.DatabaseFile(silo);
        if (!File.Exists(file)) throw new FileNotFoundException($"There is no database '{file}'. Set DataDirectory as for the silo.");
        var database = new SqliteDatabase(file);
        return (database, new SqliteAuditStore(database));
    }

    static CredentialSealer OpenSealer(ConfigurationManager configuration, SiloOptions silo)
    {
        // A key is read where the silo has it, but none is made here.
        var made = File.Exists(Path.Combine(silo.DataDirectory, MasterKeys.DevelopmentFile));
        return new(MasterKeys.Load(configuration.Read<MasterKeyOptions>(), silo.DataDirectory, production: !made), ClusterHosting.ServiceId);
    }
}
