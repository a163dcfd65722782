namespace Broker.Grains.Audit;

/// <summary>
/// The growing end of a chain, in memory: turns what processes send into rows. What it made is in the chain only when the
/// store has taken the commit; where the store fails, the tail is thrown away and read anew.
/// </summary>
sealed class AuditTail(AuditChain chain, AuditMark head, IEnumerable<AuditSession> open)
{
    const string GapAction = "audit.gap", Itself = "broker";

    /// <summary>Parts may come late; then they find the entry that they belong to for this long, and for up to twice as long.</summary>
    static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    readonly Dictionary<string, AuditSession> _sessions = open.ToDictionary(s => s.Id);
    Dictionary<AuditEntry, AuditRow> _recent = new(AuditEntry.SameKind), _earlier = new(AuditEntry.SameKind);
    DateTimeOffset _recentSince = DateTimeOffset.MinValue;
    readonly List<AuditRow> _rows = [];
    long _sequence = head.Sequence, _committed = head.Sequence;
    byte[] _mac = head.Mac;

    /// <summary>Begins a session. Each other one that is still open has died or lives beside it: an entry says since when its entries may be missing.</summary>
    public void Open(string session, DateTimeOffset now)
    {
        foreach (var other in _sessions.Values.Where(s => s.Id != session).ToList())
        {
            Gap($"since {other.LastAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}", now);
            _sessions.Remove(other.Id);
        }
        _sessions.TryAdd(session, new(session, 0, now));
    }

    /// <summary>Appends a batch, unless it is there already.</summary>
    public void Append(string session, AuditBatch batch, DateTimeOffset now)
    {
        if (_sessions.TryGetValue(session, out var known) && batch.Number <= known.LastBatch) return;
        foreach (var change in batch.Changes) Link(change, null);
        foreach (var entry in batch.Entries) Count(entry);
        Forget(now);
        _sessions[session] = new(session, batch.Number, now);
    }

    /// <summary>Ends a session.</summary>
    public void Close(string session) => _sessions.Remove(session);

    /// <summary>Says that entries may be missing before this one.</summary>
    public void Gap(string reason, DateTimeOffset now) =>
        Link(new() { At = now, Caller = Itself, Action = GapAction, Outcome = AuditOutcome.Failed, Code = reason }, null);

    /// <summary>All that was made since the last commit.</summary>
    public AuditCommit TakeCommit()
    {
        var commit = new AuditCommit(chain.Writer, _committed, [.. _rows], chain.Head(_sequence, _mac), [.. _sessions.Values]);
        _committed = _sequence;
        _rows.Clear();
        return commit;
    }

    void Count(AuditEntry entry)
    {
        if ((_recent.TryGetValue(entry, out var first) || _earlier.TryGetValue(entry, out first)) && (entry.At - first.Entry.At).Duration() < AuditBatch.Window) Link(entry, first.Sequence);
        else _recent[entry] = Link(entry, null);
    }

    AuditRow Link(AuditEntry entry, long? continues)
    {
        var row = chain.Link(_mac, _sequence + 1, continues, entry);
        (_sequence, _mac) = (row.Sequence, row.Mac);
        _rows.Add(row);
        return row;
    }

    /// <summary>All of an age at once: to look at each, with each batch, takes longer than all the rest.</summary>
    void Forget(DateTimeOffset now)
    {
        if ((now - _recentSince).Duration() < Remembered) return;
        (_earlier, _recent, _recentSince) = (_recent, new(AuditEntry.SameKind), now);
    }
}
