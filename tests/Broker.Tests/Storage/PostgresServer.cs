using Broker.Cluster;
using Broker.Silo.Storage.Postgres;
using Npgsql;

namespace Broker.Tests.Storage;

/// <summary>The PostgreSQL server that <c>tests/run</c> starts for the tests, set up as the README says.</summary>
static class PostgresServer
{
    /// <summary>A superuser's connection string.</summary>
    public const string Variable = "BROKER_TEST_POSTGRES";

    /// <summary>In every connection string that a silo gets; no log may show it.</summary>
    public const string PasswordMarker = "postgres-password-marker";

    static readonly Lazy<Task> Template = new(MakeTemplateAsync);

    public static bool IsThere => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>Whether all tests that store anything use it instead of SQLite.</summary>
    public static bool IsChosen => Environment.GetEnvironmentVariable("BROKER_TEST_STORAGE") == "postgres";

    /// <summary>A connection string to the database, as the user.</summary>
    public static string ConnectionString(string database, string user) => ConnectionString(Superuser, database, user);

    /// <summary>The same on another server, of which this is a superuser's connection string.</summary>
    public static string ConnectionString(string server, string database, string user) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database, Username = user, Password = PasswordMarker }.ToString();

    /// <summary>A new database with the whole schema.</summary>
    public static async Task<PostgresDatabase> CreateAsync()
    {
        await Template.Value;
        return await CopyAsync(PostgresSetup.Database);
    }

    /// <summary>A new database of the migrating user, with nothing in it.</summary>
    public static async Task<PostgresDatabase> CreateEmptyAsync()
    {
        await Template.Value;
        return await CopyAsync("template0");
    }

    public static async Task AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Superuser);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static string Superuser => Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException($"{Variable} is not set: tests/run starts a server and sets it.");

    /// <summary>A new database with what the template has.</summary>
    public static async Task<PostgresDatabase> CopyAsync(string template)
    {
        var database = new PostgresDatabase($"test_{Guid.NewGuid():N}", Superuser);
        await AdministerAsync($"CREATE DATABASE {database.Name} OWNER {PostgresSetup.Owner} TEMPLATE {template}");
        return database;
    }

    static async Task MakeTemplateAsync()
    {
        await PostgresSetup.ApplyAsync(Superuser);
        await using var owner = PostgresPools.OpenStorage(ConnectionString(PostgresSetup.Database, PostgresSetup.Owner));
        await PostgresSchema.ApplyAsync(owner, SchemaStep.All, default);
    }
}
