using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Broker.Grains.Audit;

/// <summary>How long the audit is kept. Configuration section <c>Audit</c>.</summary>
public sealed class AuditRetentionOptions
{
    /// <summary>Rows older than this many days are removed; 1 to 3,650, default 365.</summary>
    public int RetentionDays { get; set; } = 365;

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    public string? BrokenRule() => RetentionDays is >= 1 and <= 3650 ? null : "Audit:RetentionDays must be 1 to 3650.";
}

/// <summary>
/// Removes old rows, from the beginning of each chain, and leaves a signed checkpoint. A row is only removed when it is what
/// its writer wrote: otherwise whoever makes a row look old would have it removed and signed for.
/// </summary>
sealed partial class AuditRetention(
    IAuditStore store, AuditKeys keys, AuditRetentionOptions options, TimeProvider clock, ILogger<AuditRetention> logger) : BackgroundService
{
    /// <summary>So many rows are removed at once, at most: writers wait for the transaction.</summary>
    const int MostAtOnce = 5000;

    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Removes what is too old now.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        var moment = clock.GetUtcNow() - TimeSpan.FromDays(options.RetentionDays);
        foreach (var writer in await store.ListWritersAsync(cancellationToken))
            while (await FindCutAsync(writer, moment, cancellationToken) is { } checkpoint)
                await store.RemoveThroughAsync(writer, checkpoint, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                try { await CleanAsync(stoppingToken); }
                catch (Exception e) when (e is not OperationCanceledException) { LogNotCleaned(e.GetType().Name); }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    /// <summary>The place up to which rows may go now; null: none may.</summary>
    async Task<AuditMark?> FindCutAsync(string writer, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        await using var snapshot = await store.ReadAsync(writer, cancellationToken);
        if (keys.Open(writer, snapshot.SealedKey) is not { } chain) return null;
        if (snapshot.Checkpoint is { } before && !chain.IsCheckpoint(before))
        {
            LogFault(writer, "the checkpoint is changed");
            return null;
        }
        var walk = new AuditWalk(chain, snapshot.Checkpoint);
        var begin = walk.Sequence;
        await foreach (var row in snapshot.ReadRowsAsync(cancellationToken))
        {
            if (row.Entry.At >= moment || walk.Sequence - begin == MostAtOnce) break;
            if (walk.Take(row) is not { } fault) continue;
            LogFault(writer, fault);
            break;
        }
        return walk.Sequence == begin ? null : chain.Checkpoint(walk.Sequence, walk.Mac);
    }

    [LoggerMessage(LogLevel.Warning, "Old audit rows could not be removed ({Error}); it is tried again within the hour.")]
    partial void LogNotCleaned(string error);

    [LoggerMessage(LogLevel.Critical, "The audit chain {Writer} is not what was written: {Fault}. Nothing after it is removed. Run 'silo audit verify'.")]
    partial void LogFault(string writer, string fault);
}
