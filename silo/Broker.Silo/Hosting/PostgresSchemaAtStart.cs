using System.Data.Common;
using Broker.Silo.Storage.Postgres;
using Npgsql;

namespace Broker.Silo.Hosting;

/// <summary>Before anything reads the database: migrates it when the silo has the right to, and demands that its schema is new enough.</summary>
sealed class PostgresSchemaAtStart(NpgsqlDataSource database, string? migrationConnectionString) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (migrationConnectionString is { } owner) await MigrateAsync(owner, cancellationToken);
        await DemandSchemaAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    static async Task MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var database = PostgresPools.OpenStorage(connectionString);
        try { await PostgresSchema.ApplyAsync(database, SchemaStep.All, cancellationToken); }
        catch (DbException e) { throw new InvalidOperationException($"The database of Postgres:MigrationConnectionString cannot be migrated: {e.Message}", e); }
    }

    async Task DemandSchemaAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await PostgresSchema.MissingAsync(database, SchemaStep.All, cancellationToken) is { Count: > 0 } missing)
                throw new InvalidOperationException(
                    $"The database lacks these steps of the schema: {string.Join(", ", missing)}. Run 'silo migrate' with Postgres:MigrationConnectionString, or start a silo with it.");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InvalidOperationException("The user of Postgres:ConnectionString may not read the schema: it must be a member of the role broker_silo.", e);
        }
        catch (DbException e) { throw new InvalidOperationException($"The database of Postgres:ConnectionString cannot be used: {e.Message}", e); }
    }
}
