namespace Broker.Api.Leases;

/// <summary>A copy of an answer.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="AskedAt">The timestamp at which it was asked for: its term counts from there.</param>
sealed record LeaseCopy<T>(T Value, long Epoch, long AskedAt) where T : class
{
    public override string ToString() => $"{typeof(T).Name} of epoch {Epoch}";
}

/// <summary>What this process has of one grain: a copy, or none, and the epoch below which it takes nothing.</summary>
sealed class LeaseSlot<T>(TimeProvider clock) where T : class
{
    /// <summary>Between two renewals: a grain that refuses connections fails them at once.</summary>
    static readonly TimeSpan RenewalPause = TimeSpan.FromMilliseconds(250);

    readonly Lock _gate = new();
    volatile LeaseCopy<T>? _copy;
    Task _renewal = Task.CompletedTask;
    long _floor = long.MinValue, _usedAt, _served;
    long? _renewalBegunAt;
    bool _ended;

    public LeaseCopy<T>? Copy => _copy;

    /// <summary>When the grain was last asked.</summary>
    public long UsedAt => Volatile.Read(ref _usedAt);

    /// <summary>Marks it as used; false: it has been removed, and its successor must be used.</summary>
    public bool Use()
    {
        lock (_gate)
        {
            Volatile.Write(ref _usedAt, clock.GetTimestamp());
            return !_ended;
        }
    }

    public void End()
    {
        lock (_gate) (_ended, _copy) = (true, null);
    }

    /// <summary>Takes an answer; false: it is of a lower epoch than one that was seen or called back, and must not be answered with.</summary>
    public bool Take(LeaseCopy<T> answer)
    {
        lock (_gate)
        {
            if (answer.Epoch < _floor) return false;
            _floor = answer.Epoch;
            if (!_ended && (_copy is null || answer.Epoch > _copy.Epoch || answer.AskedAt >= _copy.AskedAt)) _copy = answer;
            return true;
        }
    }

    public void Recall(long epoch)
    {
        lock (_gate) (_floor, _copy) = (Math.Max(_floor, epoch), null);
    }

    public void Drop() => _copy = null;

    /// <summary>Joins the last renewal while it is under way or hardly over, or begins one; when it was begun.</summary>
    public (Task Renewal, long BegunAt) Renew(Func<Task> renew)
    {
        lock (_gate)
        {
            if (_renewalBegunAt is { } last && (!_renewal.IsCompleted || clock.GetElapsedTime(last) < RenewalPause)) return (_renewal, last);
            var now = clock.GetTimestamp();
            _renewalBegunAt = now;
            Volatile.Write(ref _usedAt, now);
            return (_renewal = Task.Run(renew), now);
        }
    }

    public void CountServed() => Interlocked.Increment(ref _served);

    public long TakeServed() => Interlocked.Exchange(ref _served, 0);

    public void ReturnServed(long served) => Interlocked.Add(ref _served, served);
}
