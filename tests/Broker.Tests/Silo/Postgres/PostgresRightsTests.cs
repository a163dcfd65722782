using Broker.Silo.Storage.Postgres;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;
using Npgsql;

namespace Broker.Tests.Silo.Postgres;

/// <summary>What the user that silos run as may do, and who may start a silo on which schema. That it may do enough is what every other test on PostgreSQL shows.</summary>
public sealed class PostgresRightsTests
{
    [PostgresFact]
    public async Task The_running_user_may_not_change_the_schema_the_queries_or_what_was_recorded()
    {
        var database = await PostgresServer.CreateAsync();
        await using var silo = PostgresPools.OpenStorage(database.AsSilo);
        string[] forbidden =
        [
            "CREATE TABLE mine (x integer)", "DROP TABLE broker_tenants", "ALTER TABLE OrleansStorage ADD COLUMN x integer", "TRUNCATE broker_audit", "CREATE ROLE other", "CREATE SCHEMA mine",
            "UPDATE OrleansQuery SET QueryText = ''", "INSERT INTO OrleansQuery VALUES ('x', '')", "INSERT INTO broker_schema (step) VALUES ('x')", "DELETE FROM broker_schema",
            "UPDATE broker_audit SET caller = 'nobody'", "UPDATE broker_issued SET prefix = ''", "DELETE FROM broker_audit_heads", "DELETE FROM broker_audit_writers", "DELETE FROM OrleansStorage",
        ];
        foreach (var sql in forbidden)
        {
            await using var command = silo.CreateCommand(sql);
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            Assert.True(refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege, $"{sql}: {refusal.Message}");
        }
    }

    [PostgresFact]
    public async Task A_silo_that_may_migrate_does_and_then_serves_as_the_running_user()
    {
        var database = await PostgresServer.CreateEmptyAsync();
        await using var broker = await TestBroker.StartAsync(settings: new()
        {
            ["Postgres:ConnectionString"] = database.AsSilo,
            ["Postgres:MigrationConnectionString"] = database.AsOwner,
        });
        await broker.PutTenantAsync("acme");
        Assert.Equal(1L, await database.SqlAsync("SELECT COUNT(*) FROM broker_tenants"));
    }

    [PostgresFact]
    public async Task A_silo_that_may_not_says_what_to_run()
    {
        var database = await PostgresServer.CreateEmptyAsync();
        var refusal = await RefusalAsync(database.AsSilo);
        Assert.Contains("001-state, 002-membership", refusal, StringComparison.Ordinal);
        Assert.Contains("silo migrate", refusal, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_user_without_the_role_is_told_which_one()
    {
        var database = await PostgresServer.CreateAsync();
        var name = $"stranger_{Guid.NewGuid():N}";
        await PostgresServer.AdministerAsync($"CREATE ROLE {name} LOGIN");
        Assert.Contains("broker_silo", await RefusalAsync(PostgresServer.ConnectionString(database.Name, name)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named_without_its_password()
    {
        var refusal = await RefusalAsync($"Host=127.0.0.1;Port=1;Database=b;Username=u;Password={PostgresServer.PasswordMarker}");
        Assert.Contains("Postgres:ConnectionString", refusal, StringComparison.Ordinal);
    }

    static async Task<string> RefusalAsync(string connectionString)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => TestBroker.StartAsync(settings: new() { ["Postgres:ConnectionString"] = connectionString }));
        Assert.DoesNotContain(PostgresServer.PasswordMarker, refusal.ToString(), StringComparison.Ordinal);
        return refusal.Message;
    }
}
