using System.Collections.Concurrent;
using System.Globalization;
using Broker.Silo.Commands;
using Broker.Silo.Storage;
using Broker.Silo.Storage.Sqlite;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Audited;

/// <summary>The audit accounts for every request, of whatever kind and outcome. <c>BROKER_AUDITED</c> says how many.</summary>
public sealed class AuditAccountTests(ITestOutputHelper output) : IDisposable
{
    const int Concurrency = 16;

    readonly int _requests = LongRun.Of("BROKER_AUDITED", 2000);
    readonly string _data = Directory.CreateTempSubdirectory("broker-account-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task The_sums_of_its_counts_equal_the_requests_sent_by_caller_action_and_outcome_and_any_tampering_is_found()
    {
        await using (var broker = await TestBroker.StartAsync(Path.Combine(_data, "audited"), adjust: b => b.Logging.SetMinimumLevel(LogLevel.Warning), onPostgres: false))
        {
            var kinds = await RequestKinds.MakeAsync(broker);
            var before = await AuditSums.ReadAsync(broker);
            var sent = await SendAsync(broker, kinds);
            var audited = (await AuditSums.UntilAsync(broker, before.Total + _requests)).Since(before);
            Assert.Equal(sent.OrderBy(s => $"{s.Key}"), audited.Counts.OrderBy(c => $"{c.Key}"));
            var outcomes = sent.GroupBy(s => s.Key.Code ?? s.Key.Outcome).OrderByDescending(g => g.Sum(s => s.Value)).Select(g => $"{g.Sum(s => s.Value)} {g.Key}");
            output.WriteLine($"{_requests} requests of {sent.Count} kinds in {audited.Entries} entries, each counted once: {string.Join(", ", outcomes)}.");
        }
        await DemandFoundAsync();
    }

    async Task<Dictionary<AuditKind, long>> SendAsync(TestBroker broker, RequestKind[] kinds)
    {
        var sent = new ConcurrentDictionary<AuditKind, long>();
        await Parallel.ForEachAsync(Enumerable.Range(0, _requests), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (n, _) =>
        {
            var kind = kinds[n % kinds.Length];
            var body = kind.Body?.Replace("{n}", n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            var answer = await broker.SendAsync(kind.Method, kind.Path, body, kind.Key);
            sent.AddOrUpdate(AuditKind.Of(kind, answer), 1, (_, count) => count + 1);
        });
        return sent.ToDictionary();
    }

    /// <summary>In copies of the database: whatever was done to a row of it, the verifier names the row.</summary>
    async Task DemandFoundAsync()
    {
        var (code, verdict) = await VerifyAsync("audited");
        Assert.True(code == AuditVerify.Fine, verdict);
        output.WriteLine(verdict.Trim());
        var row = Random.Shared.Next(2, _requests / 10);
        (string Sql, string Named)[] tamperings =
        [
            ($"UPDATE broker_audit SET count = count + 1 WHERE sequence = {row}", $"row {row} is changed"),
            ($"DELETE FROM broker_audit WHERE sequence = {row}", $"row {row} is missing"),
            ($"UPDATE broker_audit SET sequence = -1 WHERE sequence = {row}; UPDATE broker_audit SET sequence = {row} WHERE sequence = {row + 1}; UPDATE broker_audit SET sequence = {row + 1} WHERE sequence = -1", $"row {row} is changed"),
            ($"DELETE FROM broker_audit WHERE sequence >= {row}", $"row {row} is cut off"),
        ];
        for (var i = 0; i < tamperings.Length; i++)
        {
            await CopyAndRunAsync($"copy{i}", tamperings[i].Sql);
            (code, verdict) = await VerifyAsync($"copy{i}");
            Assert.True(code == AuditVerify.Tampered, verdict);
            Assert.Contains(tamperings[i].Named, verdict, StringComparison.Ordinal);
        }
    }

    async Task<(int Code, string Text)> VerifyAsync(string copy)
    {
        using var text = new StringWriter();
        return (await AuditVerify.RunAsync([$"--DataDirectory={Path.Combine(_data, copy)}"], text, default), text.ToString());
    }

    async Task CopyAndRunAsync(string copy, string sql)
    {
        Directory.CreateDirectory(Path.Combine(_data, copy));
        foreach (var file in Directory.GetFiles(Path.Combine(_data, "audited"))) File.Copy(file, Path.Combine(_data, copy, Path.GetFileName(file)));
        await using var database = new SqliteDatabase(Path.Combine(_data, copy, "broker.db"));
        await using var connection = await database.OpenConnectionAsync();
        await using var command = connection.Command(sql);
        await command.ExecuteNonQueryAsync();
    }
}
