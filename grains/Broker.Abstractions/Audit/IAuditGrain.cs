using Orleans.Concurrency;

namespace Broker;

/// <summary>What a process appends at once.</summary>
/// <param name="Number">Counts the session's batches, from 1. One that comes again is written once.</param>
/// <param name="Changes">Administrative changes: each is an entry of its own.</param>
/// <param name="Entries">The rest: equal ones within <see cref="Window"/> are counted together.</param>
[GenerateSerializer, Immutable, Alias("Broker.AuditBatch")]
public sealed record AuditBatch([property: Id(0)] long Number, [property: Id(1)] AuditEntry[] Changes, [property: Id(2)] AuditEntry[] Entries)
{
    /// <summary>How far the last of those that are counted together is from the first, at most.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
}

/// <summary>One writer's chain of audit entries; its key is <c>a/{writer}</c>. All throw <see cref="ErrorCode.StorageUnavailable"/>.</summary>
[Alias("Broker.IAuditGrain")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>Begins a process's session. Where the last one was not closed, an entry says since when some may be missing.</summary>
    [Alias("Open"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task Open(string session, CancellationToken cancellationToken);

    /// <summary>Appends; durable when it answers. Concurrent calls share a transaction.</summary>
    [Alias("Append"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task Append(string session, AuditBatch batch, CancellationToken cancellationToken);

    /// <summary>Ends the session: nothing of it is missing.</summary>
    [Alias("Close"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task Close(string session, CancellationToken cancellationToken);
}
