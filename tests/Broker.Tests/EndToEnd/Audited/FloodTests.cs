using System.Collections.Concurrent;
using System.Globalization;
using Broker.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Audited;

/// <summary>
/// A flood of unauthenticated requests neither fills the audit nor keeps authenticated callers waiting longer than the same
/// number of ordinary requests would. <c>BROKER_FLOOD</c> says how many.
/// </summary>
public sealed class FloodTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int Rounds = 5, Concurrency = 16;

    readonly int _flood = LongRun.Of("BROKER_FLOOD", 3000);
    readonly ConcurrentDictionary<AuditKind, long> _refused = new();
    readonly List<TimeSpan> _alone = [], _besideOrdinary = [], _besideFlood = [];
    TestBroker _broker = null!;
    string _key = "", _warm = "";

    public async Task InitializeAsync()
    {
        // The smallest queue that there is: whatever took a place in it would soon be refused.
        _broker = await TestBroker.StartAsync(settings: new() { ["Audit:QueueCapacity"] = "100" }, adjust: b => b.Logging.SetMinimumLevel(LogLevel.Warning));
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
        _key = await _broker.NewKeyAsync("acme", new { scopes = new[] { "credentials:read" } });
        _warm = (await _broker.CredentialsAsync("acme", "uploads", _key)).AccessKeyId;
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task A_flood_without_credentials_is_a_handful_of_entries_and_refuses_nobody_else()
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            await MeasureAsync(_alone, _ => Task.CompletedTask, _flood / Rounds / 10);
            await MeasureAsync(_besideOrdinary, _ => VendAsync(), 0);
            await MeasureAsync(_besideFlood, RefuseAsync, 0);
        }
        var audited = await AuditSums.UntilAsync(_broker, _refused.Values.Sum(), "&caller=anonymous");
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        Assert.Equal(_refused.OrderBy(r => $"{r.Key}"), audited.Counts.OrderBy(c => $"{c.Key}"));
        Assert.InRange(audited.Entries, _refused.Count, _refused.Count * (2 + (int)(elapsed / AuditBatch.Window)));
        output.WriteLine($"{_refused.Values.Sum()} refusals ({string.Join(", ", _refused.Select(r => $"{r.Value} {r.Key.Code}"))}) are {audited.Entries} entries, and {await RowsAsync()} rows of the database.");
        output.WriteLine($"An authenticated request, at the median: alone {Milliseconds(_alone):F2} ms ({_alone.Count}); beside as many ordinary requests {Milliseconds(_besideOrdinary):F2} ms "
            + $"({_besideOrdinary.Count}), {Milliseconds(_besideOrdinary) / Milliseconds(_alone):F1} times; beside the flood {Milliseconds(_besideFlood):F2} ms ({_besideFlood.Count}), {Milliseconds(_besideFlood) / Milliseconds(_alone):F1} times.");
    }

    /// <summary>One caller asks on and on, so often at least, while others send a part of the flood.</summary>
    async Task MeasureAsync(List<TimeSpan> times, Func<int, Task> other, int fewest)
    {
        var others = Parallel.ForEachAsync(Enumerable.Range(0, _flood / Rounds), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (n, _) => await other(n));
        for (var asked = 0; asked < fewest || !others.IsCompleted; asked++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await VendAsync();
            times.Add(TimeProvider.System.GetElapsedTime(began));
        }
        await others;
    }

    async Task VendAsync() => Assert.Equal(_warm, (await _broker.CredentialsAsync("acme", "uploads", _key)).DemandSuccess().AccessKeyId);

    /// <summary>Without a credential, with one that nobody has, with one that has no form, and with a credential URL that nobody made.</summary>
    async Task RefuseAsync(int n)
    {
        var guess = $"{n.ToString("x16", CultureInfo.InvariantCulture)}_{new string('A', 43)}";
        var answer = (n % 4) switch
        {
            0 => await _broker.CredentialsAsync("acme", "uploads", key: null),
            1 => await _broker.CredentialsAsync("acme", "uploads", $"bk_{guess}"),
            2 => await _broker.CredentialsAsync("acme", "uploads", $"e{n}.30.a"),
            _ => await _broker.GetAsync($"/v1/credential-urls/cu_{guess}", key: null),
        };
        Assert.Contains(answer.Status, (int[])[401, 404, 429]);
        _refused.AddOrUpdate(new("anonymous", "authenticate", "denied", answer.Code), 1, (_, count) => count + 1);
    }

    async Task<object?> RowsAsync()
    {
        await using var connection = await _broker.Services.GetRequiredService<System.Data.Common.DbDataSource>().OpenConnectionAsync();
        await using var command = connection.Command("SELECT COUNT(*) FROM broker_audit WHERE caller = 'anonymous'");
        return await command.ExecuteScalarAsync();
    }

    static double Milliseconds(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2).TotalMilliseconds;
}
