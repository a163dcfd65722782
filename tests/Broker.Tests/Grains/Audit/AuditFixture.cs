using Broker.Grains.Audit;
using Broker.Grains.Sealing;
using Broker.Silo.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Grains.Audit;

/// <summary>The audit in a real SQLite database of its own, on a clock that the test moves.</summary>
sealed class AuditFixture : IAsyncDisposable
{
    public const string Writer = "test-silo";

    readonly string _directory = Directory.CreateTempSubdirectory("broker-audit-").FullName;

    AuditFixture()
    {
        Database = new(Path.Combine(_directory, "broker.db"));
        Store = new(Database);
    }

    public SqliteDatabase Database { get; }
    public SqliteAuditStore Store { get; }
    public FakeTimeProvider Clock { get; } = new(new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    public MasterKeyRing MasterKeys { get; set; } = new([Master("k1", 1)], "k1");
    public AuditKeys Keys => new(new CredentialSealer(MasterKeys, "broker"));
    public DateTimeOffset Now => Clock.GetUtcNow();

    public static async Task<AuditFixture> StartAsync()
    {
        var fixture = new AuditFixture();
        await fixture.Database.ApplySchemaAsync(default);
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
        new AuditRetention(Store, Keys, Options.Create(new AuditRetentionOptions { RetentionDays = days }), Clock, NullLogger<AuditRetention>.Instance).CleanAsync(default);

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

    public async Task<object?> SqlAsync(string sql)
    {
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
