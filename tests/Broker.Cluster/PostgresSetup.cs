using Npgsql;

namespace Broker.Cluster;

/// <summary>Sets a PostgreSQL server up as the README says.</summary>
public static class PostgresSetup
{
    /// <summary>The database that the setup makes, the user that silos run as, and the one that owns the schema.</summary>
    public const string Database = "broker", User = "broker", Owner = "broker_migration";

    /// <summary>Makes the users and the database; those that are there stay.</summary>
    /// <param name="superuser">A superuser's connection string.</param>
    /// <param name="cancellationToken">Ends it; the next call goes on.</param>
    public static async Task ApplyAsync(string superuser, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(superuser);
        await connection.OpenAsync(cancellationToken);
        var script = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "postgres", "setup.sql"), cancellationToken);
        foreach (var statement in script.Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            try { await command.ExecuteNonQueryAsync(cancellationToken); }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.DuplicateDatabase) { }
        }
    }

    /// <summary>The same server's connection string for a database and a user.</summary>
    public static string As(string superuser, string database, string user) =>
        new NpgsqlConnectionStringBuilder(superuser) { Database = database, Username = user }.ToString();
}
