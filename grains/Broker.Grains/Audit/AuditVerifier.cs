namespace Broker.Grains.Audit;

/// <summary>What was found of one writer's chain.</summary>
/// <param name="First">The sequence of the first row that must be there.</param>
/// <param name="Last">The sequence of the last good row.</param>
/// <param name="Mac">That row's MAC: kept elsewhere, it shows later whether the whole chain was set back.</param>
/// <param name="Fault">The first thing that is wrong; null: nothing.</param>
public sealed record AuditVerdict(long First, long Last, byte[] Mac, string? Fault);

/// <summary>Checks a chain: every row from the checkpoint to the head, and both of them.</summary>
public static class AuditVerifier
{
    /// <summary>Checks the rows, in the order in which they are stored.</summary>
    public static async Task<AuditVerdict> VerifyAsync(
        AuditChain chain, AuditMark? checkpoint, AuditMark? head, IAsyncEnumerable<AuditRow> rows, CancellationToken cancellationToken)
    {
        var walk = new AuditWalk(chain, checkpoint);
        var first = walk.Sequence + 1;
        var fault = checkpoint is not null && !chain.IsCheckpoint(checkpoint) ? "the checkpoint is changed" : await WalkAsync(walk, rows, cancellationToken);
        return new(first, walk.Sequence, walk.Mac, fault ?? BrokenEnd(chain, walk, head));
    }

    static async Task<string?> WalkAsync(AuditWalk walk, IAsyncEnumerable<AuditRow> rows, CancellationToken cancellationToken)
    {
        await foreach (var row in rows.WithCancellation(cancellationToken))
            if (walk.Take(row) is { } fault) return fault;
        return null;
    }

    static string? BrokenEnd(AuditChain chain, AuditWalk walk, AuditMark? head)
    {
        if (head is null) return "the head is missing";
        if (!chain.IsHead(head)) return "the head is changed";
        if (head.Sequence > walk.Sequence) return $"row {walk.Sequence + 1} is cut off, and all after it up to {head.Sequence}";
        return walk.IsAt(head) ? null : $"the head is set back to row {head.Sequence}";
    }
}
