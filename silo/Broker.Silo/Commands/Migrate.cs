using System.Data.Common;
using Broker.Api.Settings;
using Broker.Silo.Storage.Postgres;

namespace Broker.Silo.Commands;

/// <summary><c>silo migrate</c>: brings the schema of a PostgreSQL database up to date, beside running silos too.</summary>
static class Migrate
{
    /// <summary>Exit codes: it is up to date; it is as before.</summary>
    public const int Done = 0, Failed = 1;

    /// <param name="settings">The silo's configuration, as on its command line.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(string[] settings, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            var options = ReadOptions(settings);
            await using var database = PostgresPools.OpenStorage(options.MigrationConnectionString!);
            foreach (var step in await PostgresSchema.ApplyAsync(database, SchemaStep.All, cancellationToken)) await output.WriteLineAsync($"{step} is applied.");
            await output.WriteLineAsync("The schema is up to date.");
            return Done;
        }
        catch (InvalidOperationException e)
        {
            await output.WriteLineAsync(e.Message);
            return Failed;
        }
        catch (DbException e)
        {
            await output.WriteLineAsync($"The database cannot be migrated, and is as before: {e.Message}");
            return Failed;
        }
    }

    static PostgresOptions ReadOptions(string[] settings)
    {
        var configuration = WebApplication.CreateBuilder(settings).Configuration;
        configuration.AddSecretFiles().Demand(SiloSettings.All);
        var options = configuration.Read<PostgresOptions>(PostgresOptions.Section);
        return Refusal(options) is { } refusal ? throw new InvalidOperationException(refusal) : options;
    }

    static string? Refusal(PostgresOptions options) => options.MigrationConnectionString is null
        ? "Postgres:MigrationConnectionString is not set. A SQLite database needs no migration: the silo does it."
        : PostgresOptions.BrokenRule("Postgres:MigrationConnectionString", options.MigrationConnectionString);
}
