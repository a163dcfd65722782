using Broker.Grains.Audit;
using CsCheck;

namespace Broker.Tests.Grains.Audit;

/// <summary>Whatever is done to a chain by one who has not its key is found, and named by its first row.</summary>
public sealed class AuditChainTests
{
    static readonly AuditChain Chain = new("silo", [.. Enumerable.Repeat((byte)7, AuditChain.KeyBytes)]);
    static readonly AuditChain Other = new("other", [.. Enumerable.Repeat((byte)8, AuditChain.KeyBytes)]);

    static readonly Gen<string?> Text = Gen.OneOf(Gen.Const((string?)null), Gen.String[0, 8].Select(s => (string?)s));

    static readonly Gen<AuditEntry> Entries =
        from at in Gen.Long[0, 4_000_000_000_000]
        from texts in Text.Array[11]
        from version in Gen.Long[-1, 5]
        from count in Gen.Long[1, 1000]
        select new AuditEntry
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(at), Tenant = texts[0], Role = texts[1], Caller = texts[2] ?? "", Action = texts[3] ?? "", Outcome = texts[4] ?? "",
            Code = texts[5], AccessKeyId = texts[6], Version = version < 0 ? null : version, Prefix = texts[7], Access = texts[8], SourceAddress = texts[9], TraceId = texts[10], Count = count,
        };

    static readonly Gen<List<AuditRow>> Chains = Entries.List[2, 12].Select(entries => Link(Chain, entries));

    static List<AuditRow> Link(AuditChain chain, List<AuditEntry> entries)
    {
        var rows = new List<AuditRow>();
        foreach (var entry in entries) rows.Add(chain.Link(rows.LastOrDefault()?.Mac ?? AuditChain.Genesis, rows.Count + 1, rows.Count % 3 == 2 ? 1 : null, entry));
        return rows;
    }

    static async Task<AuditVerdict> Verify(IEnumerable<AuditRow> rows, AuditMark? head, AuditMark? checkpoint = null) =>
        await AuditVerifier.VerifyAsync(Chain, checkpoint, head, rows.ToAsyncEnumerable(), default);

    static AuditMark HeadOf(List<AuditRow> rows) => Chain.Head(rows[^1].Sequence, rows[^1].Mac);

    static async Task Finds(List<AuditRow> tampered, AuditMark? head, long row, string words)
    {
        var fault = (await Verify(tampered, head)).Fault;
        Assert.True(fault is not null && fault.Contains(words, StringComparison.Ordinal) && fault.Contains($"row {row} ", StringComparison.Ordinal), $"row {row} {words}: {fault}");
    }

    [Fact]
    public Task What_was_written_verifies_from_the_beginning_and_from_any_checkpoint() => (from rows in Chains from cut in Gen.Int[0, rows.Count] select (rows, cut)).SampleAsync(async given =>
    {
        var (rows, cut) = given;
        Assert.Null((await Verify(rows, HeadOf(rows))).Fault);
        if (cut == 0) return;
        var verdict = await Verify(rows.Skip(cut), HeadOf(rows), Chain.Checkpoint(cut, rows[cut - 1].Mac));
        Assert.Equal((null, cut + 1, rows.Count), (verdict.Fault, verdict.First, verdict.Last));
    });

    [Fact]
    public Task Any_changed_field_is_found() => (from rows in Chains from at in Gen.Int[0, rows.Count - 1] from other in Entries select (rows, at, other)).SampleAsync(async given =>
    {
        var (rows, at, other) = given;
        var (row, entry) = (rows[at], rows[at].Entry);
        AuditRow[] changes =
        [
            row with { Entry = entry with { At = other.At } }, row with { Entry = entry with { Tenant = other.Tenant } }, row with { Entry = entry with { Role = other.Role } },
            row with { Entry = entry with { Caller = other.Caller } }, row with { Entry = entry with { Action = other.Action } }, row with { Entry = entry with { Outcome = other.Outcome } },
            row with { Entry = entry with { Code = other.Code } }, row with { Entry = entry with { AccessKeyId = other.AccessKeyId } }, row with { Entry = entry with { Version = other.Version } },
            row with { Entry = entry with { Prefix = other.Prefix } }, row with { Entry = entry with { Access = other.Access } }, row with { Entry = entry with { SourceAddress = other.SourceAddress } },
            row with { Entry = entry with { TraceId = other.TraceId } }, row with { Entry = entry with { Count = other.Count } },
            // The same text in the field beside it.
            row with { Entry = entry with { Tenant = entry.Role, Role = entry.Tenant } },
            row with { Continues = row.Continues is null ? 1 : null }, row with { Mac = [.. row.Mac.Select((b, i) => i == 5 ? (byte)(b ^ 1) : b)] },
        ];
        foreach (var changed in changes.Where(c => c != row))
            await Finds([.. rows[..at], changed, .. rows[(at + 1)..]], HeadOf(rows), at + 1, "is changed");
    });

    [Fact]
    public Task Rows_that_are_removed_doubled_reordered_or_cut_off_are_found() => (from rows in Chains from at in Gen.Int[0, rows.Count - 2] select (rows, at)).SampleAsync(async given =>
    {
        var (rows, at) = given;
        var (before, after, head) = (rows[..at], rows[(at + 1)..], HeadOf(rows));
        await Finds([.. before, .. after], head, at + 1, "is missing");
        await Finds([.. before, rows[at], rows[at], .. after], head, at + 1, "comes twice");
        await Finds([.. before, rows[at + 1], rows[at], .. rows[(at + 2)..]], head, at + 1, "is missing");
        await Finds([.. rows[..(at + 1)]], head, at + 2, "is cut off");
        Assert.Equal($"the head is set back to row {at + 1}", (await Verify(rows, Chain.Head(at + 1, rows[at].Mac))).Fault);
        // With the places renumbered, what a table's order shows.
        await Finds([.. before, rows[at + 1] with { Sequence = at + 1 }, rows[at] with { Sequence = at + 2 }, .. rows[(at + 2)..]], head, at + 1, "is changed");
        await Finds([.. before, .. after.Select(r => r with { Sequence = r.Sequence - 1 })], head, at + 1, "is changed");
    });

    [Fact]
    public Task A_row_of_another_writer_is_found() => (from rows in Chains from others in Entries.List[12] from at in Gen.Int[0, rows.Count - 1] select (rows, others, at)).SampleAsync(async given =>
    {
        var (rows, at) = (given.rows, given.at);
        var foreign = Link(Other, given.others)[at];
        await Finds([.. rows[..at], foreign, .. rows[(at + 1)..]], HeadOf(rows), at + 1, "is of writer other");
        await Finds([.. rows[..at], foreign with { Writer = "silo" }, .. rows[(at + 1)..]], HeadOf(rows), at + 1, "is changed");
    });

    [Fact]
    public Task A_head_or_checkpoint_that_the_writer_did_not_sign_is_found() => Chains.SampleAsync(async rows =>
    {
        var (head, last) = (HeadOf(rows), rows[^1]);
        Assert.Equal("the head is missing", (await Verify(rows, null)).Fault);
        Assert.Equal("the head is changed", (await Verify(rows[..^1], head with { Sequence = last.Sequence - 1, Mac = rows[^2].Mac })).Fault);
        Assert.Equal("the head is changed", (await Verify(rows, Chain.Checkpoint(last.Sequence, last.Mac))).Fault);
        Assert.Equal("the head is changed", (await Verify(rows, Other.Head(last.Sequence, last.Mac))).Fault);
        Assert.Equal("the checkpoint is changed", (await Verify(rows[1..], head, new(1, rows[0].Mac, head.Seal))).Fault);
        Assert.Equal("the checkpoint is changed", (await Verify(rows[1..], head, Chain.Head(1, rows[0].Mac))).Fault);
    });
}
