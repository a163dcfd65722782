using Broker.Silo.Storage.Postgres;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;

namespace Broker.Tests.Silo.Postgres;

/// <summary>A database that ends connections, takes no writes or does not answer: 503 for changes, and nothing needs a restart.</summary>
public sealed class PostgresFailureTests : IAsyncLifetime
{
    TestBroker _broker = null!;
    string _warm = "";

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(onPostgres: true);
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
        _warm = (await _broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    Task<Answer> ChangeAsync(string name) => _broker.SendAsync(HttpMethod.Put, TestBroker.RolePath("acme", name), new { storage = "main", access = new[] { "read" } });

    async Task DemandUnavailableAsync()
    {
        var refusal = await ChangeAsync("new");
        Assert.True(refusal is { Status: 503, Code: ErrorCode.StorageUnavailable }, refusal.Text);
        Assert.Equal(_warm, (await _broker.CredentialsAsync("acme", "uploads")).AccessKeyId);
        Assert.DoesNotContain(_broker.Log.Lines, line => line.Contains(PostgresServer.PasswordMarker, StringComparison.Ordinal));
    }

    async Task DemandRecoveryAsync()
    {
        // Connections that died in the pool are found out one by one, each by a call that is refused.
        Answer answer;
        var began = TimeProvider.System.GetTimestamp();
        do answer = await ChangeAsync("after");
        while (answer.Code is ErrorCode.StorageUnavailable or ErrorCode.AuditUnavailable && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30));
        Assert.True(answer.Status == 201, answer.Text);
        Assert.Equal(404, (await _broker.GetAsync(TestBroker.RolePath("acme", "new"))).Status);
    }

    [PostgresFact]
    public async Task Connections_that_were_ended_are_replaced()
    {
        await _broker.Postgres!.EndConnectionsAsync();
        await DemandRecoveryAsync();
    }

    [PostgresFact]
    public async Task A_database_that_refuses_connections_is_unavailable_until_it_takes_them_again()
    {
        var name = _broker.Postgres!.Name;
        await PostgresServer.AdministerAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await _broker.Postgres.EndConnectionsAsync();
        await DemandUnavailableAsync();
        await PostgresServer.AdministerAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS true");
        await DemandRecoveryAsync();
    }

    [PostgresFact]
    public async Task A_database_that_only_reads_is_unavailable_until_it_writes_again()
    {
        var name = _broker.Postgres!.Name;
        await PostgresServer.AdministerAsync($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await _broker.Postgres.EndConnectionsAsync();
        await DemandUnavailableAsync();
        await PostgresServer.AdministerAsync($"ALTER DATABASE {name} SET default_transaction_read_only = off");
        await _broker.Postgres.EndConnectionsAsync();
        await DemandRecoveryAsync();
    }

    [PostgresFact]
    public async Task A_database_that_does_not_answer_holds_a_change_for_some_seconds_only()
    {
        await using var owner = PostgresPools.OpenStorage(_broker.Postgres!.AsOwner);
        await using (var connection = await owner.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new Npgsql.NpgsqlCommand("LOCK TABLE OrleansStorage", connection, transaction);
            await command.ExecuteNonQueryAsync();
            await DemandUnavailableAsync();
        }
        await DemandRecoveryAsync();
    }
}
