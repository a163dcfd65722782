using Broker.Api.Auditing;
using Broker.Silo.Commands;
using Broker.Silo.Storage;
using Broker.Silo.Storage.Sqlite;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Broker.Tests.Silo.Commands;

/// <summary><c>silo audit verify</c> against the database of a real silo.</summary>
public sealed class AuditVerifyTests(AuditVerifyTests.Written written) : IClassFixture<AuditVerifyTests.Written>
{
    readonly string _data = Directory.CreateTempSubdirectory("broker-verify-").FullName;
    PostgresDatabase? _postgres;

    /// <summary>What a silo left that wrote five entries.</summary>
    public sealed class Written : IAsyncLifetime
    {
        internal string Data { get; } = Directory.CreateTempSubdirectory("broker-verify-").FullName;
        internal PostgresDatabase? Postgres { get; private set; }

        public async Task InitializeAsync()
        {
            await using var broker = await AuditVerifyTests.StartAsync(Data);
            Postgres = broker.Postgres;
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }

    /// <summary>Makes that this test's own.</summary>
    async Task TakeOverAsync()
    {
        foreach (var file in Directory.GetFiles(written.Data)) File.Copy(file, Path.Combine(_data, Path.GetFileName(file)));
        if (written.Postgres is not null) _postgres = await written.Postgres.CopyAsync();
    }

    async Task<(int Code, string Text)> VerifyAsync(params string[] settings)
    {
        using var output = new StringWriter();
        string[] postgres = _postgres is null ? [] : [$"--Postgres:ConnectionString={_postgres.AsSilo}"];
        return (await AuditVerify.RunAsync([$"--DataDirectory={_data}", .. postgres, .. settings], output, default), output.ToString());
    }

    async Task<TestBroker> StartAsync()
    {
        var broker = await StartAsync(_data);
        _postgres = broker.Postgres;
        return broker;
    }

    static async Task<TestBroker> StartAsync(string data)
    {
        var broker = await TestBroker.StartAsync(data, settings: new() { ["Audit:Writer"] = "test" });
        var queue = broker.Services.GetRequiredService<AuditQueue>();
        for (var i = 1; i <= 5; i++)
            await queue.Reserve().WriteAsync(new() { At = DateTimeOffset.UnixEpoch.AddDays(20_000), Caller = $"key{i}", Action = "role.put", Outcome = AuditOutcome.Success, Tenant = "acme" });
        return broker;
    }

    async Task SqlAsync(string sql)
    {
        if (_postgres is not null)
        {
            await _postgres.SqlAsync(sql);
            return;
        }
        await using var database = new SqliteDatabase(Path.Combine(_data, "broker.db"));
        await database.RunAsync(sql, default);
    }

    [Fact]
    public async Task Beside_a_running_silo_it_says_that_all_is_as_written()
    {
        await using var broker = await StartAsync();
        var (code, text) = await VerifyAsync();
        Assert.True(code == AuditVerify.Fine, text);
        Assert.StartsWith("test: rows 1 to 5 are there, as written; the last MAC is ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE broker_audit SET caller = 'somebody' WHERE sequence = 3", "row 3 is changed")]
    [InlineData("UPDATE broker_audit SET at = '2020-01-01' WHERE sequence = 3", "row 3 is changed")]
    [InlineData("DELETE FROM broker_audit WHERE sequence = 2", "row 2 is missing")]
    [InlineData("DELETE FROM broker_audit WHERE sequence >= 4", "row 4 is cut off, and all after it up to 5")]
    [InlineData("DELETE FROM broker_audit", "row 1 is cut off, and all after it up to 5")]
    [InlineData("UPDATE broker_audit SET sequence = -1 WHERE sequence = 2; UPDATE broker_audit SET sequence = 2 WHERE sequence = 3; UPDATE broker_audit SET sequence = 3 WHERE sequence = -1", "row 2 is changed")]
    [InlineData("INSERT INTO broker_audit SELECT writer, 6, continues, at, tenant, role, caller, action, outcome, code, access_key_id, version, prefix, access, source_address, trace_id, count, mac FROM broker_audit WHERE sequence = 5", "row 6 is changed")]
    [InlineData("UPDATE broker_audit_heads SET sequence = 4", "the head is changed")]
    [InlineData("DELETE FROM broker_audit_heads", "the head is missing")]
    [InlineData("DELETE FROM broker_audit_writers", "its key is missing")]
    [InlineData("INSERT INTO broker_audit_checkpoints SELECT writer, 2, (SELECT mac FROM broker_audit WHERE sequence = 2), seal FROM broker_audit_heads", "the checkpoint is changed")]
    public async Task What_was_tampered_with_is_named(string tampering, string named)
    {
        await TakeOverAsync();
        await SqlAsync(tampering);
        var (code, text) = await VerifyAsync();
        Assert.True(code == AuditVerify.Tampered, text);
        Assert.Contains(named, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_another_master_key_it_cannot_check_and_says_so()
    {
        await TakeOverAsync();
        var other = Convert.ToBase64String(new byte[32]);
        var (code, text) = await VerifyAsync($"--MasterKeys:development={other}", "--ActiveKeyId=development");
        Assert.Equal(AuditVerify.Unreadable, code);
        Assert.Contains("does not open with these master keys", text, StringComparison.Ordinal);

        File.Delete(Path.Combine(_data, "master-keys.json"));
        (code, text) = await VerifyAsync();
        Assert.Equal(AuditVerify.Unreadable, code);
        Assert.Contains("MasterKeyFile", text, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_data, "master-keys.json")));
    }

    [Fact]
    public async Task Without_a_database_it_makes_none()
    {
        var (code, text) = await VerifyAsync();
        Assert.Equal(AuditVerify.Unreadable, code);
        Assert.Contains("DataDirectory", text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_data));
    }

    [Fact]
    public async Task A_lost_master_key_does_not_stop_the_audit_but_is_seen()
    {
        await using (await StartAsync()) { }
        File.Delete(Path.Combine(_data, "master-keys.json"));
        await using var again = await StartAsync();
        var (code, text) = await VerifyAsync();
        Assert.Equal(AuditVerify.Unreadable, code);
        Assert.Contains("test: cannot be checked", text, StringComparison.Ordinal);
        Assert.Contains("test.2: rows 1 to 6 are there, as written", text, StringComparison.Ordinal);
        Assert.Contains(again.Log.Lines, line => line.Contains("is not continued", StringComparison.Ordinal));
    }
}
