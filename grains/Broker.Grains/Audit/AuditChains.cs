using Broker.Grains.Sealing;
using Microsoft.Extensions.Logging;

namespace Broker.Grains.Audit;

/// <summary>
/// Finds the end of a writer's chain. One that must not be continued, because its key does not open or its end is not what
/// was written, stays as it is for <c>silo audit verify</c>: continuing would sign what somebody changed. The writer then goes
/// on in a new chain, <c>{writer}.2</c> and so on.
/// </summary>
sealed partial class AuditChains(IAuditStore store, AuditKeys keys, TimeProvider clock, ILogger<AuditChains> logger)
{
    public async Task<AuditTail> OpenAsync(string writer, CancellationToken cancellationToken)
    {
        var name = writer;
        for (var number = 2; ; number++)
        {
            await using var snapshot = await store.ReadAsync(name, cancellationToken);
            if (snapshot is { SealedKey: null, Head: null, Last: null }) return await BeginAsync(name, replaces: number > 2, cancellationToken);
            if (Intact(name, snapshot) is { } chain)
            {
                if (keys.Reseal(name, snapshot.SealedKey!, out var resealed) == Resealing.Resealed) await store.ResealAsync(name, resealed, cancellationToken);
                return new(chain, snapshot.Head!, snapshot.Sessions);
            }
            LogNotContinued(name);
            name = $"{writer}.{number}";
        }
    }

    AuditChain? Intact(string name, IAuditSnapshot snapshot)
    {
        if (keys.Open(name, snapshot.SealedKey) is not { } chain || snapshot.Head is not { } head || !chain.IsHead(head)) return null;
        var (sequence, mac) = snapshot.Last is { } last ? (last.Sequence, last.Mac) : (snapshot.Checkpoint?.Sequence ?? 0, snapshot.Checkpoint?.Mac ?? AuditChain.Genesis);
        return sequence == head.Sequence && mac.AsSpan().SequenceEqual(head.Mac) ? chain : null;
    }

    async Task<AuditTail> BeginAsync(string name, bool replaces, CancellationToken cancellationToken)
    {
        var (sealedKey, chain) = keys.Make(name);
        var head = chain.Head(0, AuditChain.Genesis);
        await store.CreateAsync(name, sealedKey, head, cancellationToken);
        var tail = new AuditTail(chain, head, []);
        if (replaces) tail.Gap("the chain before is not continued", clock.GetUtcNow());
        return tail;
    }

    [LoggerMessage(LogLevel.Critical, "The audit chain {Writer} is not continued: its key does not open, or its end was changed. Run 'silo audit verify'.")]
    partial void LogNotContinued(string writer);
}
