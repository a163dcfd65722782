namespace Broker.Grains.Budget;

/// <summary>
/// Waiters of one lane. The tenants that wait take turns, one place each; a tenant's own waiters keep their order. So however
/// many wait for one tenant, each other one is served as if it had only the number of tenants before it.
/// </summary>
sealed class FairLine
{
    sealed record Turn(string Tenant, LinkedList<StsWaiter> Waiters);

    readonly LinkedList<Turn> _turns = [];
    readonly Dictionary<string, LinkedListNode<Turn>> _byTenant = [];
    readonly PriorityQueue<StsWaiter, TimeSpan> _byDeadline = new();

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>When the first of them gives up; null: nobody waits.</summary>
    public TimeSpan? EarliestDeadline
    {
        get
        {
            while (_byDeadline.TryPeek(out var first, out _) && first.Gone) _byDeadline.Dequeue();
            return _byDeadline.TryPeek(out _, out var deadline) ? deadline : null;
        }
    }

    /// <summary>How many of this lane are served before one that this tenant sent now.</summary>
    public int Ahead(string tenant)
    {
        var own = _byTenant.TryGetValue(tenant, out var turn) ? turn.Value.Waiters.Count : 0;
        var ahead = own;
        // Those whose turn is before the tenant's get one place more.
        var places = own + 1;
        foreach (var other in _turns)
        {
            if (other.Tenant == tenant) places = own;
            else ahead += Math.Min(other.Waiters.Count, places);
        }
        return ahead;
    }

    public void Enter(StsWaiter waiter)
    {
        if (!_byTenant.TryGetValue(waiter.Tenant, out var turn)) _byTenant[waiter.Tenant] = turn = _turns.AddLast(new Turn(waiter.Tenant, []));
        turn.Value.Waiters.AddLast(waiter);
        _byDeadline.Enqueue(waiter, waiter.Deadline);
        Count++;
    }

    /// <summary>Takes the next one out; its tenant's next turn is after all others'.</summary>
    public StsWaiter Next()
    {
        var turn = _turns.First!;
        var waiter = turn.Value.Waiters.First!.Value;
        Remove(waiter);
        if (turn.List is null) return waiter;
        _turns.Remove(turn);
        _turns.AddLast(turn);
        return waiter;
    }

    public void Remove(StsWaiter waiter)
    {
        if (!_byTenant.TryGetValue(waiter.Tenant, out var turn) || !turn.Value.Waiters.Remove(waiter)) return;
        waiter.Leave();
        Count--;
        if (turn.Value.Waiters.Count > 0) return;
        _turns.Remove(turn);
        _byTenant.Remove(waiter.Tenant);
    }

    /// <summary>Takes out one whose time ends before this; null: none's does.</summary>
    public StsWaiter? RemoveEndingBefore(TimeSpan moment)
    {
        if (EarliestDeadline is not { } deadline || deadline >= moment) return null;
        var first = _byDeadline.Dequeue();
        Remove(first);
        return first;
    }
}
