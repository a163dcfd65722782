using Broker.Silo.Commands;
using Broker.Silo.Storage.Postgres;
using Broker.Tests.Storage;
using Npgsql;

namespace Broker.Tests.Silo.Postgres;

/// <summary>The migrator: once, whole, whoever else migrates meanwhile.</summary>
public sealed class PostgresSchemaTests
{
    static readonly SchemaStep Later = new("900-later", "ALTER TABLE broker_tenants ADD COLUMN place text NOT NULL DEFAULT 'here'; GRANT UPDATE ON broker_tenants TO broker_silo");

    static async Task<IReadOnlyList<string>> ApplyAsync(PostgresDatabase database, params IEnumerable<SchemaStep> steps)
    {
        await using var owner = PostgresPools.OpenStorage(database.AsOwner);
        return await PostgresSchema.ApplyAsync(owner, [.. steps], default);
    }

    static Task<object?> StepsAsync(PostgresDatabase database) => database.SqlAsync("SELECT COUNT(*) FROM broker_schema");

    [PostgresFact]
    public async Task Silos_that_start_together_on_an_empty_database_apply_each_step_once()
    {
        var database = await PostgresServer.CreateEmptyAsync();
        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ApplyAsync(database, SchemaStep.All)));
        Assert.Equal(SchemaStep.All.Select(s => s.Name), Assert.Single(applied, a => a.Count > 0));
        Assert.Equal((long)SchemaStep.All.Count, await StepsAsync(database));
        Assert.Empty(await ApplyAsync(database, SchemaStep.All));
    }

    [PostgresFact]
    public async Task A_later_step_finds_the_rows_of_the_earlier_ones_and_silos_with_and_without_it_start()
    {
        var database = await PostgresServer.CreateAsync();
        await database.SqlAsync("INSERT INTO broker_tenants (name) VALUES ('acme')");
        Assert.Equal(["900-later"], await ApplyAsync(database, [.. SchemaStep.All, Later]));
        Assert.Equal("acme here", await database.SqlAsync("SELECT name || ' ' || place FROM broker_tenants"));
        await using var silo = PostgresPools.OpenStorage(database.AsSilo);
        Assert.Empty(await PostgresSchema.MissingAsync(silo, [.. SchemaStep.All, Later], default));
        Assert.Empty(await PostgresSchema.MissingAsync(silo, SchemaStep.All, default));
    }

    [PostgresFact]
    public async Task A_step_that_breaks_leaves_the_database_as_it_was()
    {
        var database = await PostgresServer.CreateAsync();
        SchemaStep broken = new("901-broken", "CREATE TABLE half (done integer); SELECT 1 / 0");
        await Assert.ThrowsAsync<PostgresException>(() => ApplyAsync(database, [.. SchemaStep.All, Later, broken]));
        Assert.Equal((long)SchemaStep.All.Count, await StepsAsync(database));
        Assert.Equal(0L, await database.SqlAsync("SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 'half' OR column_name = 'place'"));
    }

    [PostgresFact]
    public async Task A_migration_that_is_killed_leaves_the_database_as_it_was_and_the_next_one_is_whole()
    {
        var database = await PostgresServer.CreateAsync();
        SchemaStep kills = new("901-killed", "SELECT pg_terminate_backend(pg_backend_pid())");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ApplyAsync(database, [.. SchemaStep.All, Later, kills]));
        Assert.Equal((long)SchemaStep.All.Count, await StepsAsync(database));
        Assert.Equal(["900-later"], await ApplyAsync(database, [.. SchemaStep.All, Later]));
    }

    [PostgresFact]
    public async Task The_command_migrates_says_what_it_did_and_may_run_again()
    {
        var database = await PostgresServer.CreateEmptyAsync();
        var (code, text) = await MigrateAsync($"--Postgres:MigrationConnectionString={database.AsOwner}");
        Assert.Equal((Migrate.Done, $"001-state is applied.|002-membership is applied.|003-reminders is applied.|004-tenants-and-issued is applied.|005-audit is applied.|006-prefixes is applied.|The schema is up to date.|"), (code, text));
        Assert.Equal((Migrate.Done, "The schema is up to date.|"), await MigrateAsync($"--Postgres:MigrationConnectionString={database.AsOwner}"));
    }

    [PostgresFact]
    public async Task The_command_as_the_running_user_says_that_it_may_not()
    {
        var (code, text) = await MigrateAsync($"--Postgres:MigrationConnectionString={(await PostgresServer.CreateEmptyAsync()).AsSilo}");
        Assert.Equal(Migrate.Failed, code);
        Assert.Contains("permission denied", text, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.PasswordMarker, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--x=y", "Postgres:MigrationConnectionString is not set")]
    [InlineData("--Postgres:MigrationConnectionString=secret-marker", "Postgres:MigrationConnectionString is not a connection string")]
    [InlineData("--Postgres:MigrationConnectionString=Host=127.0.0.1;Port=1;Database=b;Username=u;Password=secret-marker", "cannot be migrated")]
    public async Task The_command_names_what_is_wrong_and_shows_no_secret(string setting, string named)
    {
        var (code, text) = await MigrateAsync(setting);
        Assert.Equal(Migrate.Failed, code);
        Assert.Contains(named, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-marker", text, StringComparison.Ordinal);
    }

    static async Task<(int Code, string Text)> MigrateAsync(string setting)
    {
        using var output = new StringWriter { NewLine = "|" };
        return (await Migrate.RunAsync([setting], output, default), output.ToString());
    }
}
