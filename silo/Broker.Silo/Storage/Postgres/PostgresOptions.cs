using Npgsql;

namespace Broker.Silo.Storage.Postgres;

/// <summary>The database of a cluster. Configuration section <c>Postgres</c>. Connection strings are Npgsql's, and secrets.</summary>
public sealed class PostgresOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Postgres";

    /// <summary>The database, as the user that silos run as, a member of <c>broker_silo</c>: <c>Host=…;Database=…;Username=…;Password=…;SSL Mode=VerifyFull</c>. Null (default): SQLite, for a single machine.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The same database, as the user that owns the schema. Null (default): the silo does not migrate, and demands that it is done.</summary>
    public string? MigrationConnectionString { get; set; }

    /// <summary>The rule that the settings break, naming the key and nothing of its value; null when they are valid.</summary>
    public string? BrokenRule() =>
        MigrationConnectionString is not null && ConnectionString is null
            ? "Postgres:MigrationConnectionString needs Postgres:ConnectionString beside it."
            : BrokenRule("Postgres:ConnectionString", ConnectionString) ?? BrokenRule("Postgres:MigrationConnectionString", MigrationConnectionString);

    /// <summary>The rule that a connection string breaks; null when it is valid, or not given.</summary>
    public static string? BrokenRule(string key, string? text)
    {
        if (text is null) return null;
        try
        {
            var given = new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrEmpty(given.Host) || string.IsNullOrEmpty(given.Database) || string.IsNullOrEmpty(given.Username)
                ? $"{key} must name Host, Database and Username."
                : null;
        }
        // What the driver says may quote a piece of a password.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"{key} is not a connection string: Host=…;Database=…;Username=…;Password=….";
        }
    }
}
