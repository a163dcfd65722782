using System.Data.Common;
using Broker.Grains.Audit;
using Broker.Grains.Sealing;
using Broker.Silo.Storage;
using Broker.Silo.Storage.Postgres;
using Broker.Silo.Storage.Sqlite;
using Broker.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Grains.Audit;

/// <summary>The audit in a real database of its own, on a clock that the test moves.</summary>
sealed class AuditFixture : IAsyncDisposable
{
    public const string Writer = "test-silo";

    readonly string _directory = Directory.CreateTempSubdirectory("broker-audit-").FullName;

    readonly PostgresDatabase? _postgres;

    AuditFixture(PostgresDatabase postgres)
    {
        _postgres = postgres;
        var database = PostgresPools.OpenStorage(postgres.AsSilo);
        (Database, Store) = (database, new PostgresAuditStore(database));
    }

    AuditFixture()
    {
        var database = new SqliteDatabase(Path.Combine(_directory, "broker.db"));
        (Database, Store) = (database, new SqliteAuditStore(database));
    }

    public DbDataSource Database { get; }
    public SqlAuditStore Store { get; }
    public FakeTimeProvider Clock { get; } = new(new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    public MasterKeyRing MasterKeys { get; set; } = new([Master("k1", 1)], "k1");
    public AuditKeys Keys => new(new CredentialSealer(MasterKeys, "broker"));
    public DateTimeOffset Now => Clock.GetUtcNow();

    public static async Task<AuditFixture> StartAsync(bool? onPostgres = null)
    {
        if (onPostgres ?? PostgresServer.IsChosen) return new(await PostgresServer.CreateAsync());
        var fixture = new AuditFixture();
        await ((SqliteDatabase)fixture.Database).ApplySchemaAsync(default);
        return fixture;
    }

    public static KeyValuePair<string, byte[]> Master(string id, byte seed) => new(id, [.. Enumerable.Repeat(seed, MasterKeyRing.KeyBytes)]);

    /// <summary>A grain's writer, as after an activation.</summary>
    public AuditWriter NewWriter(string writer = Writer, IAuditStore? store = null) =>
        new(writer, new(store ?? Store, Keys, Clock, NullLogger<AuditChains>.Instance), store ?? Store);

    public AuditEntry Vend(string caller = "key1", string tenant = "acme", string role = "uploads") => new()
    {
        At = Now, Tenant = tenant, Role = role, Caller = caller, Action = "credentials.get", Outcome = AuditOutcome.Success,
        AccessKeyId = "STS.1", Version = 3, Prefix = $"tenants/{tenant}/", Access = "read,write", SourceAddress = "203.0.113.7", TraceId = "trace",
    };

    public async Task AppendAsync(AuditWriter writer, params AuditEntry[] entries) =>
        await writer.CommitAsync(tail => tail.Append(Guid.NewGuid().ToString(), new(1, [], entries), Now));

    public Task CleanAsync(int days) =>
        new AuditRetention(Store, Keys, new AuditRetentionOptions { RetentionDays = days }, Clock, NullLogger<AuditRetention>.Instance).CleanAsync(default);

    public async Task<AuditVerdict> VerifyAsync(string writer = Writer)
    {
        await using var snapshot = await Store.ReadAsync(writer, default);
        return await AuditVerifier.VerifyAsync(Keys.Open(writer, snapshot.SealedKey)!, snapshot.Checkpoint, snapshot.Head, snapshot.ReadRowsAsync(default), default);
    }

    public async Task<List<AuditRow>> RowsAsync(string writer = Writer)
    {
        await using var snapshot = await Store.ReadAsync(writer, default);
        return await snapshot.ReadRowsAsync(default).ToListAsync();
    }

    /// <summary>From now on the database refuses rows of this caller, and with them their transactions.</summary>
    public Task RefuseAsync(string caller) => SqlAsync(_postgres is null
        ? $"CREATE TRIGGER away BEFORE INSERT ON broker_audit WHEN NEW.caller = '{caller}' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        : $"ALTER TABLE broker_audit ADD CONSTRAINT away CHECK (caller <> '{caller}')");

    public Task AcceptAsync() => SqlAsync(_postgres is null ? "DROP TRIGGER away" : "ALTER TABLE broker_audit DROP CONSTRAINT away");

    public async Task<object?> SqlAsync(string sql)
    {
        if (_postgres is not null) return await _postgres.SqlAsync(sql);
        await using var connection = await Database.OpenConnectionAsync();
        await using var command = connection.Command(sql);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}
