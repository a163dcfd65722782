using Broker.Grains.Audit;

namespace Broker.Tests.Grains.Audit;

/// <summary>What becomes a row, and which rows are one entry.</summary>
public sealed class AuditTailTests
{
    static readonly AuditChain Chain = new("silo", new byte[AuditChain.KeyBytes]);
    static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    readonly AuditTail _tail = new(Chain, Chain.Head(0, AuditChain.Genesis), []);

    static AuditEntry Vend(double second, string caller = "key1", long count = 1) =>
        new() { At = Start.AddSeconds(second), Caller = caller, Action = "credentials.get", Outcome = AuditOutcome.Success, AccessKeyId = "STS.1", TraceId = $"trace{second}", Count = count };

    void Append(long number, params AuditEntry[] entries) => _tail.Append("session", new(number, [], entries), entries[^1].At);

    [Fact]
    public void A_later_part_of_the_same_ten_seconds_continues_the_entry_and_the_next_one_is_new()
    {
        Append(1, Vend(0, count: 3));
        Append(2, Vend(0.5, count: 4), Vend(0.5, "key2"));
        Append(3, Vend(9.9));
        Append(4, Vend(10));
        Append(5, Vend(10.5));
        Assert.Equal([(1, null), (2, 1L), (3, null), (4, 1L), (5, null), (6, 5L)], _tail.TakeCommit().Rows.Select(r => (r.Sequence, r.Continues)));
    }

    [Fact]
    public void Entries_that_differ_in_anything_but_moment_trace_and_count_are_entries_by_themselves()
    {
        AuditEntry[] kinds =
        [
            Vend(0), Vend(0) with { Tenant = "a" }, Vend(0) with { Role = "a" }, Vend(0) with { Caller = "a" }, Vend(0) with { Action = "a" }, Vend(0) with { Outcome = "denied" }, Vend(0) with { Code = "a" },
            Vend(0) with { AccessKeyId = "a" }, Vend(0) with { Version = 1 }, Vend(0) with { Prefix = "a" }, Vend(0) with { Access = "a" }, Vend(0) with { SourceAddress = "a" },
        ];
        Append(1, kinds);
        Append(2, [.. kinds.Select(k => k with { TraceId = "another", Count = 7, At = Start.AddSeconds(1) })]);
        var rows = _tail.TakeCommit().Rows;
        Assert.All(rows[..12], r => Assert.Null(r.Continues));
        Assert.Equal(Enumerable.Range(1, 12).Select(i => (long?)i), rows[12..].Select(r => r.Continues));
    }

    [Fact]
    public void Administrative_changes_are_never_counted_together()
    {
        _tail.Append("session", new(1, [Vend(0), Vend(0)], []), Start);
        _tail.Append("session", new(2, [Vend(1)], [Vend(1)]), Start);
        Assert.All(_tail.TakeCommit().Rows, r => Assert.Null(r.Continues));
    }

    [Fact]
    public void A_batch_that_comes_again_is_written_once()
    {
        Append(1, Vend(0));
        Append(1, Vend(0));
        Append(2, Vend(20));
        Append(1, Vend(0));
        var commit = _tail.TakeCommit();
        Assert.Equal([1, 2], commit.Rows.Select(r => r.Sequence));
        Assert.Equal(new AuditSession("session", 2, Start.AddSeconds(20)), Assert.Single(commit.Sessions));
        Assert.Empty(_tail.TakeCommit().Rows);
    }

    [Fact]
    public void A_part_that_comes_late_finds_its_entry_for_a_minute_and_what_is_older_is_forgotten()
    {
        void AppendAt(long number, double second, AuditEntry entry) => _tail.Append("session", new(number, [], [entry]), Start.AddSeconds(second));
        AppendAt(1, 0, Vend(0));
        AppendAt(2, 59, Vend(59, "key2"));
        AppendAt(3, 60, Vend(1));
        AppendAt(4, 119, Vend(60, "key2"));
        AppendAt(5, 180, Vend(180, "key3"));
        AppendAt(6, 181, Vend(2));
        Assert.Equal([(1, null), (2, null), (3, 1L), (4, 2L), (5, null), (6, null)], _tail.TakeCommit().Rows.Select(r => (r.Sequence, r.Continues)));
    }

    [Fact]
    public void A_session_that_was_not_closed_leaves_a_gap_that_says_since_when()
    {
        _tail.Open("first", Start);
        _tail.Append("first", new(1, [], [Vend(3.7)]), Start.AddSeconds(3.7));
        _tail.Open("first", Start.AddSeconds(4));
        _tail.Open("second", Start.AddMinutes(1));
        var gap = _tail.TakeCommit().Rows[^1];
        Assert.Equal((2, Start.AddMinutes(1), "audit.gap", "since 2026-11-24T10:00:03Z"), (gap.Sequence, gap.Entry.At, gap.Entry.Action, gap.Entry.Code));

        _tail.Close("second");
        _tail.Open("third", Start.AddMinutes(2));
        Assert.Empty(_tail.TakeCommit().Rows);
    }
}
