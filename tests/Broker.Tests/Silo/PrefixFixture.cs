using System.Data.Common;
using Broker.Grains.Tenants;
using Broker.Silo.Storage;
using Broker.Silo.Storage.Postgres;
using Broker.Silo.Storage.Sqlite;
using Broker.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace Broker.Tests.Silo;

/// <summary>The table of claims in a database of its own, as two processes have it open.</summary>
sealed class PrefixFixture : IAsyncDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("broker-prefixes-").FullName;
    readonly PostgresDatabase? _postgres;
    readonly DbDataSource[] _databases;

    PrefixFixture(PostgresDatabase? postgres)
    {
        _postgres = postgres;
        _databases = [Open(), Open()];
        Tables = [.. _databases.Select(database => new SqlPrefixTable(database))];
    }

    public DbDataSource Database => _databases[0];
    public IPrefixTable[] Tables { get; }
    public IPrefixTable Table => Tables[0];
    public bool OnPostgres => _postgres is not null;

    public static async Task<PrefixFixture> StartAsync(bool onPostgres)
    {
        var fixture = new PrefixFixture(onPostgres ? await PostgresServer.CreateAsync() : null);
        if (fixture.Database is SqliteDatabase file) await file.ApplySchemaAsync(default);
        return fixture;
    }

    DbDataSource Open() => _postgres is null ? new SqliteDatabase(Path.Combine(_directory, "broker.db")) : PostgresPools.OpenStorage(_postgres.AsSilo);

    /// <summary>The bucket's claims, in any order.</summary>
    public Task<IReadOnlyList<PrefixClaim>> ReadAsync(string bucket) => Database.ReadAsync("SELECT tenant, prefix, claimed_at FROM broker_prefixes WHERE bucket = @bucket",
        row => new PrefixClaim(row.GetString(0), row.GetString(1), SqlCommands.Moment(row.GetString(2))), default, ("@bucket", bucket));

    /// <summary>How the database goes about it, line by line.</summary>
    public async Task<string> PlanAsync(DbCommand command)
    {
        if (_postgres is not null) await _postgres.SqlAsync("VACUUM ANALYZE broker_prefixes");
        command.CommandText = (OnPostgres ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + command.CommandText;
        return string.Join('\n', await command.ReadAsync(row => row.GetString(OnPostgres ? 0 : 3), default));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases) await database.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}
