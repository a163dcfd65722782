using System.Runtime.InteropServices;

namespace Broker.Api.Auditing;

/// <summary>
/// The entries that wait to be written. Equal ones within <see cref="AuditBatch.Window"/> are one with a count, so a busy
/// caller costs no more room than an idle one. Safe to use from any thread.
/// </summary>
sealed class WaitingEntries
{
    readonly Lock _gate = new();
    readonly Dictionary<AuditEntry, Waiting> _latest = new(AuditEntry.SameKind);
    readonly Queue<Waiting> _inOrder = new();
    readonly Dictionary<string, Waiting> _refusals = [];

    /// <summary>Adds; false: it is counted with one that waits already.</summary>
    public bool Add(AuditEntry entry)
    {
        lock (_gate)
        {
            ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_latest, entry, out var exists);
            if (exists && entry.At - latest!.Entry.At < AuditBatch.Window)
            {
                latest.Count += entry.Count;
                return false;
            }
            latest = new(entry);
            _inOrder.Enqueue(latest);
            return true;
        }
    }

    /// <summary>Counts a refusal; however long it waits, it is one entry for each code.</summary>
    public void CountRefusal(string code, TimeProvider clock)
    {
        lock (_gate)
        {
            ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_refusals, code, out var exists);
            if (exists) waiting!.Count++;
            else waiting = new(new() { At = clock.GetUtcNow(), Caller = "anonymous", Action = "authenticate", Outcome = AuditOutcome.Denied, Code = code });
        }
    }

    /// <summary>Takes the oldest ones, and every refusal.</summary>
    public (AuditEntry[] Entries, AuditEntry[] Refusals) Take(int most)
    {
        lock (_gate)
        {
            var entries = new AuditEntry[Math.Min(most, _inOrder.Count)];
            for (var i = 0; i < entries.Length; i++)
            {
                var waiting = _inOrder.Dequeue();
                if (_latest.TryGetValue(waiting.Entry, out var latest) && latest == waiting) _latest.Remove(waiting.Entry);
                entries[i] = waiting.Whole;
            }
            AuditEntry[] refusals = [.. _refusals.Values.Select(r => r.Whole)];
            _refusals.Clear();
            return (entries, refusals);
        }
    }

    sealed class Waiting(AuditEntry entry)
    {
        public AuditEntry Entry => entry;

        public long Count { get; set; } = entry.Count;

        public AuditEntry Whole => Count == entry.Count ? entry : entry with { Count = Count };
    }
}
