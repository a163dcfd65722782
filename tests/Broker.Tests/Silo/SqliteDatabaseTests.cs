using Broker.Grains.Minting;
using Broker.Silo.Storage;
using Broker.Silo.Storage.Sqlite;

namespace Broker.Tests.Silo;

public sealed class SqliteDatabaseTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("broker-sqlite-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    SqliteDatabase Open() => new(Path.Combine(_directory, "broker.db"));

    static async Task<object?> Scalar(SqliteDatabase database, string sql)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    [Fact]
    public async Task The_schema_may_be_applied_again_and_loses_nothing()
    {
        await using var database = Open();
        await database.ApplySchemaAsync(default);
        await Scalar(database, "INSERT INTO OrleansStorage VALUES (1, 0, 0, 2, 'state', 'r/a/b', 'broker', x'01', '', 1)");
        await database.ApplySchemaAsync(default);
        Assert.Equal(1L, await Scalar(database, "SELECT COUNT(*) FROM OrleansStorage"));
        Assert.Equal("wal", await Scalar(database, "PRAGMA journal_mode"));
        Assert.Equal(1L, await Scalar(database, "PRAGMA synchronous"));
    }

    [Fact]
    public async Task Silos_that_start_together_apply_it_once()
    {
        await using var database = Open();
        await database.ApplySchemaAsync(default);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => database.ApplySchemaAsync(default))));
        Assert.Equal(10L, await Scalar(database, "SELECT COUNT(*) FROM OrleansQuery"));
    }

    [Fact]
    public async Task Only_the_owner_may_read_the_file()
    {
        await using var database = Open();
        await database.ApplySchemaAsync(default);
        foreach (var file in Directory.GetFiles(_directory))
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task What_was_issued_is_recorded_once_and_goes_after_its_end()
    {
        await using var database = Open();
        await database.ApplySchemaAsync(default);
        var store = new SqlIssuedStore(database);
        var now = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        var row = new IssuedCredential(new("acme", "uploads"), "STS.1", now, now.AddHours(1), 3, "tenants/acme/");
        await store.AppendAsync(row, default);
        await store.AppendAsync(row, default);
        Assert.Equal("acme/uploads/3/2026-11-24T01:00:00.000Z", await Scalar(database, "SELECT tenant || '/' || role || '/' || version || '/' || expiration FROM broker_issued"));

        await store.RemoveEndedBeforeAsync(now.AddHours(1), default);
        Assert.Equal(1L, await Scalar(database, "SELECT COUNT(*) FROM broker_issued"));
        await store.RemoveEndedBeforeAsync(now.AddHours(1).AddSeconds(1), default);
        Assert.Equal(0L, await Scalar(database, "SELECT COUNT(*) FROM broker_issued"));
    }
}
