using System.Diagnostics.Metrics;
using Broker.Api.Auditing;
using Broker.Api.Telemetry;
using Broker.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Api;

/// <summary>The queue of a process, on a clock that the test moves, before the real grain and database.</summary>
public sealed class AuditQueueTests : IAsyncLifetime
{
    const string Away = "ALTER TABLE broker_audit RENAME TO away", Back = "ALTER TABLE away RENAME TO broker_audit";

    readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    TestBroker _broker = null!;

    public async Task InitializeAsync() => _broker = await TestBroker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    AuditQueue NewQueue(int capacity = 1000) => new(
        _broker.Services.GetRequiredService<IGrainFactory>(), new() { Writer = "test", QueueCapacity = capacity }, _clock,
        new ApiTelemetry(_broker.Services.GetRequiredService<IMeterFactory>()), NullLogger<AuditQueue>.Instance);

    AuditEntry Vend(string caller = "key1") =>
        new() { At = _clock.GetUtcNow(), Caller = caller, Tenant = "acme", Role = "uploads", Action = "credentials.get", Outcome = AuditOutcome.Success, AccessKeyId = "STS.1" };

    Task<object?> SqlAsync(string sql) => _broker.SqlAsync(sql);

    Task<object?> RowsAsync() => SqlAsync("SELECT COUNT(*) || ' rows, ' || COALESCE(SUM(count), 0) || ' in all' FROM broker_audit WHERE writer = 'test'");

    static void Put(AuditQueue queue, AuditEntry entry)
    {
        using var place = queue.Reserve();
        place.Add(entry);
    }

    static async Task PutOnceThereIsRoomAsync(AuditQueue queue, AuditEntry entry)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                Put(queue, entry);
                return;
            }
            catch (BrokerException) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20)) { await Task.Yield(); }
        }
    }

    [Fact]
    public async Task A_hundred_thousand_equal_entries_are_a_few_rows_with_their_sum()
    {
        using var queue = NewQueue(capacity: 100);
        for (var round = 0; round < 10; round++)
        {
            Parallel.For(0, 10_000, _ => Put(queue, Vend()));
            await queue.FlushAsync(default);
            _clock.Advance(TimeSpan.FromMilliseconds(500));
        }
        Assert.Equal("10 rows, 100000 in all", await RowsAsync());
        var page = await _broker.Services.GetRequiredService<IGrainFactory>().AuditQuery().Query(new("admin", null, [Scope.Admin]), new() { Caller = "key1" }, default);
        Assert.Equal(100_000, Assert.Single(page.Items).Entry.Count);
    }

    [Fact]
    public async Task What_comes_while_it_is_written_waits_for_the_next_time()
    {
        using var queue = NewQueue();
        Put(queue, Vend());
        var written = queue.FlushAsync(default);
        for (var i = 0; i < 100_000 && !written.IsCompleted; i++)
        {
            Put(queue, Vend());
            await Task.Yield();
        }
        await written;
        Assert.StartsWith("1 rows", (string?)await RowsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_database_away_entries_are_kept_requests_are_refused_when_full_and_nothing_is_lost()
    {
        using var queue = NewQueue(capacity: 100);
        await queue.FlushAsync(default);
        await SqlAsync(Away);
        for (var i = 0; i < 50; i++) Put(queue, Vend($"early{i}"));
        Assert.Equal(ErrorCode.StorageUnavailable, (await Assert.ThrowsAsync<BrokerException>(() => queue.FlushAsync(default))).Code);
        for (var i = 0; i < 50; i++) Put(queue, Vend($"late{i}"));
        var refusal = Assert.Throws<BrokerException>(() => queue.Reserve());
        Assert.Equal((ErrorCode.AuditUnavailable, TimeSpan.FromSeconds(1)), (refusal.Code, refusal.RetryAfter));
        Assert.Equal(ErrorCode.AuditUnavailable, (await Assert.ThrowsAsync<BrokerException>(() => queue.Reserve().WriteAsync(Vend("change")))).Code);
        for (var i = 0; i < 1000; i++) queue.CountRefusal(i % 2 == 0 ? ErrorCode.Unauthenticated : ErrorCode.RateLimited);
        await Assert.ThrowsAsync<BrokerException>(() => queue.FlushAsync(default));

        await SqlAsync(Back);
        await queue.FlushAsync(default);
        Assert.Equal("102 rows, 1100 in all", await RowsAsync());
        Assert.Equal("anonymous denied 500", await SqlAsync("SELECT caller || ' ' || outcome || ' ' || count FROM broker_audit WHERE writer = 'test' AND code = 'unauthenticated' AND tenant IS NULL"));
        queue.Reserve().Dispose();
    }

    [Fact]
    public async Task A_queue_that_fills_is_written_before_its_time()
    {
        using var queue = NewQueue(capacity: 1000);
        await queue.StartAsync(default);
        // The clock stands still: nothing is due.
        for (var i = 0; i < 10_000; i++) await PutOnceThereIsRoomAsync(queue, Vend($"key{i}"));
        await queue.StopAsync(default);
        Assert.Equal("10000 rows, 10000 in all", await RowsAsync());
    }

    [Fact]
    public async Task A_place_that_is_not_used_is_given_back()
    {
        using var queue = NewQueue(capacity: 100);
        for (var i = 0; i < 1000; i++) queue.Reserve().Dispose();
        for (var i = 0; i < 1000; i++) Put(queue, Vend());
        var places = Enumerable.Range(0, 99).Select(_ => queue.Reserve()).ToList();
        Assert.Throws<BrokerException>(() => queue.Reserve());
        places[0].Dispose();
        places[0].Dispose();
        Put(queue, Vend());
        await queue.FlushAsync(default);
        places[1].Add(Vend("key2"));
        places[1].Dispose();
        Assert.Throws<InvalidOperationException>(() => places[1].Add(Vend("key2")));
    }

    [Fact]
    public async Task A_change_is_in_the_table_when_it_is_answered_and_refused_when_it_cannot_be()
    {
        using var queue = NewQueue();
        await queue.StartAsync(default);
        Put(queue, Vend());
        await queue.Reserve().WriteAsync(Vend("change1"));
        await queue.Reserve().WriteAsync(Vend("change1"));
        Assert.Equal("3 rows, 3 in all", await RowsAsync());

        await SqlAsync(Away);
        var refused = queue.Reserve().WriteAsync(Vend("change2"));
        while (!queue.Fails) await Task.Yield();
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(ErrorCode.AuditUnavailable, (await Assert.ThrowsAsync<BrokerException>(() => refused)).Code);
        await SqlAsync(Back);
        await queue.StopAsync(default);
        Assert.Equal("4 rows, 4 in all", await RowsAsync());
    }

    [Fact]
    public async Task A_process_that_stops_leaves_no_gap_and_one_that_is_killed_does()
    {
        using (var first = NewQueue())
        {
            await first.StartAsync(default);
            Put(first, Vend());
            await first.StopAsync(default);
        }
        using var killed = NewQueue();
        Put(killed, Vend("key2"));
        await killed.FlushAsync(default);
        Put(killed, Vend("lost"));
        using var next = NewQueue();
        await next.FlushAsync(default);
        Assert.Equal("key1,key2,broker", await SqlAsync("SELECT string_agg(caller, ',') FROM (SELECT caller FROM broker_audit WHERE writer = 'test' ORDER BY sequence) own"));
        Assert.StartsWith("since 20", (string)(await SqlAsync("SELECT code FROM broker_audit WHERE action = 'audit.gap'"))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_are_one_entry_for_each_code_and_ten_seconds_whatever_their_number()
    {
        using var queue = NewQueue(capacity: 100);
        for (var half = 0; half < 40; half++)
        {
            Parallel.For(0, 100, i => queue.CountRefusal(i < 60 ? ErrorCode.Unauthenticated : ErrorCode.RateLimited));
            await queue.FlushAsync(default);
            _clock.Advance(TimeSpan.FromMilliseconds(500));
        }
        var page = await _broker.Services.GetRequiredService<IGrainFactory>().AuditQuery().Query(new("admin", null, [Scope.Admin]), new() { Caller = "anonymous" }, default);
        Assert.Equal(["rate_limited 800", "rate_limited 800", "unauthenticated 1200", "unauthenticated 1200"], page.Items.Select(i => $"{i.Entry.Code} {i.Entry.Count}").Order());
    }

    [Fact]
    public async Task The_process_s_own_queue_runs_is_named_when_it_fails_and_is_measured()
    {
        var own = _broker.Services.GetRequiredService<AuditQueue>();
        await own.Reserve().WriteAsync(Vend("change"));
        await SqlAsync(Away);
        await Assert.ThrowsAsync<BrokerException>(() => own.Reserve().WriteAsync(Vend("change")));
        var attempts = 2L;
        Assert.Contains("\"audit\"", (await _broker.GetAsync($"{_broker.Management}readyz", key: null)).Text, StringComparison.Ordinal);
        await SqlAsync(Back);
        for (var written = false; !written; attempts++)
            try
            {
                await own.Reserve().WriteAsync(Vend("change"));
                written = true;
            }
            catch (BrokerException e) when (e.Code == ErrorCode.AuditUnavailable) { }
        // Those that were refused were kept.
        Assert.Equal(attempts, await SqlAsync("SELECT COUNT(*) FROM broker_audit WHERE caller = 'change'"));
        var metrics = (await _broker.GetAsync($"{_broker.Management}metrics", key: null)).Text;
        Assert.Matches("broker_audit_entries[a-z_]*{[^}]*outcome=\"written\"", metrics);
    }
}
