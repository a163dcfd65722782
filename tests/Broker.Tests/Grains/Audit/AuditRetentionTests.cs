using Broker.Grains.Audit;

namespace Broker.Tests.Grains.Audit;

public sealed class AuditRetentionTests
{
    [Fact]
    public async Task Old_rows_go_from_the_beginning_and_the_chain_verifies_from_the_checkpoint()
    {
        await using var audit = await AuditFixture.StartAsync();
        var writer = audit.NewWriter();
        for (var day = 0; day < 5; day++, audit.Clock.Advance(TimeSpan.FromDays(1))) await audit.AppendAsync(writer, audit.Vend($"key{day}"));
        await audit.CleanAsync(days: 3);
        Assert.Equal([3, 4, 5], (await audit.RowsAsync()).Select(r => r.Sequence));
        Assert.Equal((null, 3L, 5L), Short(await audit.VerifyAsync()));

        // The writer goes on, after a restart too, and may lose all of its rows.
        await audit.AppendAsync(writer, audit.Vend());
        audit.Clock.Advance(TimeSpan.FromDays(30));
        await audit.CleanAsync(days: 3);
        Assert.Equal((null, 7L, 6L), Short(await audit.VerifyAsync()));
        await audit.AppendAsync(audit.NewWriter(), audit.Vend());
        Assert.Equal((null, 7L, 7L), Short(await audit.VerifyAsync()));
    }

    [Fact]
    public async Task Another_retention_removes_nothing_twice_and_no_cut_goes_back()
    {
        await using var audit = await AuditFixture.StartAsync();
        await audit.AppendAsync(audit.NewWriter(), audit.Vend("key1"), audit.Vend("key2"));
        audit.Clock.Advance(TimeSpan.FromDays(2));
        await audit.CleanAsync(days: 1);
        await using (var snapshot = await audit.Store.ReadAsync(AuditFixture.Writer, default))
            await audit.Store.RemoveThroughAsync(AuditFixture.Writer, audit.Keys.Open(AuditFixture.Writer, snapshot.SealedKey)!.Checkpoint(1, AuditChain.Genesis), default);
        await audit.CleanAsync(days: 1);
        Assert.Equal((null, 3L, 2L), Short(await audit.VerifyAsync()));
    }

    [Fact]
    public async Task An_entry_goes_with_its_first_row_and_what_counts_it_on_is_no_entry()
    {
        await using var audit = await AuditFixture.StartAsync();
        var writer = audit.NewWriter();
        await audit.AppendAsync(writer, audit.Vend());
        audit.Clock.Advance(TimeSpan.FromSeconds(5));
        await audit.AppendAsync(writer, audit.Vend(), audit.Vend("key2"));
        audit.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(2));
        await audit.CleanAsync(days: 1);
        Assert.Equal([2, 3], (await audit.RowsAsync()).Select(r => r.Sequence));
        Assert.Equal("key2", Assert.Single(await audit.Store.QueryAsync(new(), null, 10, default)).Entry.Caller);
        Assert.Null((await audit.VerifyAsync()).Fault);
    }

    [Theory]
    [InlineData("UPDATE broker_audit SET at = '2020-01-01T00:00:00.000Z' WHERE sequence <= 2", 3)]
    [InlineData("UPDATE broker_audit SET caller = 'nobody' WHERE sequence = 1", 3)]
    public async Task What_was_changed_is_never_removed_and_signed_for(string tampering, int left)
    {
        await using var audit = await AuditFixture.StartAsync();
        await audit.AppendAsync(audit.NewWriter(), audit.Vend("key1"), audit.Vend("key2"), audit.Vend("key3"));
        await audit.SqlAsync(tampering);
        audit.Clock.Advance(TimeSpan.FromDays(10));
        await audit.CleanAsync(days: tampering.Contains("2020", StringComparison.Ordinal) ? 100 : 1);
        Assert.Equal(left, (await audit.RowsAsync()).Count);
        Assert.Contains("row 1 is changed", (await audit.VerifyAsync()).Fault, StringComparison.Ordinal);
    }

    static (string?, long, long) Short(AuditVerdict verdict) => (verdict.Fault, verdict.First, verdict.Last);
}
