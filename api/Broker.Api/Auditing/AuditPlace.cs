namespace Broker.Api.Auditing;

/// <summary>A place in the queue for one entry; given back when none is added.</summary>
sealed class AuditPlace(AuditQueue queue) : IDisposable
{
    bool _spent;

    /// <summary>Adds the entry, once.</summary>
    public void Add(AuditEntry entry)
    {
        Spend();
        queue.Add(entry);
    }

    /// <summary>Writes the entry of an administrative change that was made; durable when it answers.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.AuditUnavailable"/>: not within three seconds. It is kept and written as soon as it can be.</exception>
    public Task WriteAsync(AuditEntry entry)
    {
        Spend();
        return queue.WriteAsync(entry);
    }

    /// <summary>The place is used, and no longer given back.</summary>
    void Spend()
    {
        if (_spent) throw new InvalidOperationException("The place has its entry already.");
        _spent = true;
    }

    public void Dispose()
    {
        if (_spent) return;
        _spent = true;
        queue.GiveBack();
    }
}
