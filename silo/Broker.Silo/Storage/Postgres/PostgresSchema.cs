using Npgsql;

namespace Broker.Silo.Storage.Postgres;

/// <summary>
/// The schema of a PostgreSQL database. All missing steps are one transaction: it is all there, or as before. Whoever comes
/// meanwhile waits, and then finds nothing to do.
/// </summary>
static class PostgresSchema
{
    /// <summary>The lock of those who migrate: any number that nobody else uses in this database.</summary>
    const long Lock = 0x62726f6b6572;

    /// <summary>A migration may wait for another one, and may rebuild a large table.</summary>
    static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(10);

    /// <summary>Applies the steps that the database lacks; answers their names.</summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(NpgsqlDataSource database, IReadOnlyList<SchemaStep> steps, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandTimeout = (int)LongestStep.TotalSeconds;
        command.CommandText = $"SELECT pg_advisory_xact_lock({Lock})";
        await command.ExecuteNonQueryAsync(cancellationToken);
        command.CommandText = "CREATE TABLE IF NOT EXISTS broker_schema (step text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())";
        await command.ExecuteNonQueryAsync(cancellationToken);
        var missing = await MissingAsync(connection, steps, cancellationToken);
        foreach (var step in missing)
        {
            command.CommandText = step.Sql;
            await command.ExecuteNonQueryAsync(cancellationToken);
            await transaction.RunAsync("INSERT INTO broker_schema (step) VALUES (@step)", cancellationToken, ("@step", step.Name));
        }
        await transaction.CommitAsync(cancellationToken);
        return [.. missing.Select(s => s.Name)];
    }

    /// <summary>The names of the steps that the database lacks. One that has more than these is newer, which is fine.</summary>
    public static async Task<IReadOnlyList<string>> MissingAsync(NpgsqlDataSource database, IReadOnlyList<SchemaStep> steps, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        try { return [.. (await MissingAsync(connection, steps, cancellationToken)).Select(s => s.Name)]; }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable) { return [.. steps.Select(s => s.Name)]; }
    }

    static async Task<List<SchemaStep>> MissingAsync(NpgsqlConnection connection, IReadOnlyList<SchemaStep> steps, CancellationToken cancellationToken)
    {
        await using var command = connection.Command("SELECT step FROM broker_schema");
        var applied = (await command.ReadAsync(row => row.GetString(0), cancellationToken)).ToHashSet();
        return [.. steps.Where(s => !applied.Contains(s.Name))];
    }
}
