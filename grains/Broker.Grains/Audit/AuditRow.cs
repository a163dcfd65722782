namespace Broker.Grains.Audit;

/// <summary>A row of the audit: an entry, or a later part of one. Rows are only ever added, because each is bound to the one before.</summary>
/// <param name="Writer">Whose chain it belongs to.</param>
/// <param name="Sequence">Its place there, from 1, with no hole.</param>
/// <param name="Continues">The sequence of the row whose entry this one counts on; null: it is an entry by itself.</param>
/// <param name="Entry">What it tells; the moment has milliseconds.</param>
/// <param name="Mac">Binds it to its writer and to every row before.</param>
public sealed record AuditRow(string Writer, long Sequence, long? Continues, AuditEntry Entry, byte[] Mac);

/// <summary>A place in a chain, signed by the writer's key: its end (the head), or where retention has cut it (the checkpoint).</summary>
/// <param name="Sequence">The row's sequence; 0: before the first one.</param>
/// <param name="Mac">That row's.</param>
/// <param name="Seal">Signs both.</param>
public sealed record AuditMark(long Sequence, byte[] Mac, byte[] Seal);

/// <summary>A process that writes and has not said goodbye.</summary>
/// <param name="Id">Random, one for each start.</param>
/// <param name="LastBatch">The number of the last batch that was written; 0: none.</param>
/// <param name="LastAt">When that was, or when it began.</param>
public sealed record AuditSession(string Id, long LastBatch, DateTimeOffset LastAt);
