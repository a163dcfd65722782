using Broker.Grains.Audit;
using Broker.Silo.Storage;
using Broker.Tests.Storage;
using Broker.Tests.Grains.Audit;
using CsCheck;

namespace Broker.Tests.Silo;

/// <summary>What the audit's tables give back.</summary>
public sealed class SqlAuditStoreTests
{
    static async Task<string[]> Callers(AuditFixture audit, AuditFilter filter, int most = 100) =>
        [.. (await audit.Store.QueryAsync(filter, null, most, default)).Select(r => r.Entry.Caller)];

    [Fact]
    public Task Whatever_text_an_entry_has_it_is_read_as_it_was_signed() => Gen.String.Array[11].SampleAsync(async texts =>
    {
        await using var audit = await AuditFixture.StartAsync();
        await audit.AppendAsync(audit.NewWriter(), audit.Vend() with
        {
            At = audit.Now.AddTicks(12_345), Tenant = texts[0], Role = texts[1], Caller = texts[2], Action = texts[3] + "\0", Outcome = texts[4], Code = texts[5],
            AccessKeyId = texts[6], Prefix = texts[7], Access = texts[8], SourceAddress = texts[9], TraceId = texts[10],
        }, audit.Vend() with { Tenant = null, Role = null, Code = null, AccessKeyId = null, Version = null, Prefix = null, Access = null, SourceAddress = null, TraceId = null });
        Assert.Equal((null, 2L), ((await audit.VerifyAsync()).Fault, (await audit.VerifyAsync()).Last));
    }, iter: 20);

    [Fact]
    public async Task The_filters_leave_what_they_name_the_newest_first()
    {
        await using var audit = await AuditFixture.StartAsync();
        var start = audit.Now;
        AuditEntry[] entries =
        [
            audit.Vend("a"), audit.Vend("b", tenant: "globex"), audit.Vend("c", role: "reports"),
            audit.Vend("d") with { Action = "role.put" }, audit.Vend("e") with { Outcome = AuditOutcome.Denied }, audit.Vend("f") with { Tenant = null, Role = null },
        ];
        await audit.AppendAsync(audit.NewWriter(), [.. entries.Select((e, i) => e with { At = start.AddMinutes(i) })]);
        await audit.AppendAsync(audit.NewWriter("another"), audit.Vend("g") with { At = start.AddSeconds(30) });

        Assert.Equal(["f", "e", "d", "c", "b", "g", "a"], await Callers(audit, new()));
        Assert.Equal(["f", "e"], await Callers(audit, new(), most: 2));
        Assert.Equal(["e", "d", "c", "g", "a"], await Callers(audit, new() { Tenant = "acme" }));
        Assert.Equal(["c"], await Callers(audit, new() { Tenant = "acme", Role = "reports" }));
        Assert.Equal(["b"], await Callers(audit, new() { Caller = "b" }));
        Assert.Equal(["d"], await Callers(audit, new() { Action = "role.put" }));
        Assert.Equal(["e"], await Callers(audit, new() { Outcome = "denied" }));
        Assert.Equal(["d", "c"], await Callers(audit, new() { From = start.AddMinutes(2), To = start.AddMinutes(4) }));
        Assert.Empty(await Callers(audit, new() { Tenant = "acme' OR 1=1 --" }));
    }

    [Fact]
    public async Task The_parts_of_an_entry_are_answered_as_one_with_their_sum()
    {
        await using var audit = await AuditFixture.StartAsync();
        var writer = audit.NewWriter();
        for (var part = 1; part <= 4; part++, audit.Clock.Advance(TimeSpan.FromSeconds(2))) await audit.AppendAsync(writer, audit.Vend() with { Count = part, TraceId = $"trace{part}" });
        var entry = Assert.Single(await audit.Store.QueryAsync(new(), null, 10, default));
        Assert.Equal((1L, 10L, "trace1"), (entry.Sequence, entry.Entry.Count, entry.Entry.TraceId));
        Assert.Equal(4L, await audit.SqlAsync("SELECT COUNT(*) FROM broker_audit"));
    }

    [Fact]
    public Task Pages_show_every_entry_once_while_new_ones_come() => (from ats in Gen.Int[0, 5].Array[1, 30] from size in Gen.Int[1, 7] select (ats, size)).SampleAsync(async given =>
    {
        await using var audit = await AuditFixture.StartAsync();
        AuditWriter[] writers = [audit.NewWriter("one"), audit.NewWriter("two")];
        foreach (var (i, at) in given.ats.Index()) await audit.AppendAsync(writers[i % 2], audit.Vend($"key{i}") with { At = audit.Now.AddSeconds(at) });
        var seen = new List<AuditRow>();
        for (AuditCursor? after = null; ;)
        {
            var page = await audit.Store.QueryAsync(new(), after, given.size, default);
            seen.AddRange(page);
            if (page.Length < given.size) break;
            after = AuditCursor.TryParse(new AuditCursor(page[^1].Entry.At, page[^1].Writer, page[^1].Sequence).ToToken());
            await audit.AppendAsync(writers[0], audit.Vend("new") with { At = audit.Now.AddSeconds(60) });
        }
        Assert.Equal(given.ats.Select((_, i) => $"key{i}").Order(), seen.Select(r => r.Entry.Caller).Order());
        Assert.Equal(seen.OrderByDescending(r => r.Entry.At), seen);
    }, iter: 20);

    [Theory]
    [InlineData(true, false, "ix_broker_audit_tenant")]
    [InlineData(true, true, "ix_broker_audit_tenant")]
    [InlineData(false, true, "ix_broker_audit_at")]
    public async Task A_page_is_read_from_an_index_and_sorts_nothing(bool ofTenant, bool later, string index)
    {
        await using var audit = await AuditFixture.StartAsync();
        var postgres = PostgresServer.IsChosen;
        await using var connection = await audit.Database.OpenConnectionAsync();
        if (postgres) await FillAsync(audit);
        await using var query = SqlAuditRows.Query(connection, new() { Tenant = ofTenant ? "acme" : null }, later ? new(audit.Now, "w", 1) : null, 100);
        query.CommandText = (postgres ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + query.CommandText;
        await using var reader = await query.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync()) plan.Add(reader.GetString(postgres ? 0 : 3));
        Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
        Assert.Contains(plan, step => step.Contains(postgres ? "Index Only Scan using ix_broker_audit_continues" : "COVERING INDEX ix_broker_audit_continues", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains(postgres ? "Sort" : "TEMP B-TREE", StringComparison.Ordinal));
    }

    /// <summary>PostgreSQL plans by what the table holds; of few rows it would read all.</summary>
    static async Task FillAsync(AuditFixture audit)
    {
        await audit.SqlAsync(
            """
            INSERT INTO broker_audit (writer, sequence, continues, at, tenant, caller, action, outcome, count, mac)
            SELECT 'w', n, CASE WHEN n % 2 = 0 THEN n - 1 END, '2026-11-24T09:00:00.' || n, CASE WHEN n % 100 < 2 THEN 'acme' ELSE 'other' || n % 100 END, 'key', 'credentials.get', 'success', 1, ''
            FROM generate_series(1, 20000) n
            """);
        await audit.SqlAsync("VACUUM ANALYZE broker_audit");
    }
}
