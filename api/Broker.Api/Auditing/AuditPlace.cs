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

    /// <summary>The place is used, and no longer given back.</summary>
    internal void Spend()
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
