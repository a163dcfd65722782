namespace Broker.Grains.Leases;

/// <summary>
/// Which API processes may answer with a copy of what a grain holds, and how they are called back. It is not stored: what an
/// earlier activation gave and to whom is not known, only when it ends. Used by one turn at a time.
/// </summary>
/// <param name="grainKey">The grain.</param>
/// <param name="elders">Whether an earlier activation may have given leases.</param>
/// <param name="endsUnnoticed">Whether, when the activation ends, its leases need not be called back.</param>
/// <param name="clock">The time.</param>
sealed class LeaseBook(string grainKey, bool elders, Func<bool> endsUnnoticed, TimeProvider clock)
{
    readonly long _activatedAt = clock.GetTimestamp();
    // Mostly of one process, or of few.
    Lease[] _given = [];
    Task _recalled = Task.CompletedTask;

    /// <summary>The book of a new activation.</summary>
    /// <param name="grain">The activation.</param>
    /// <param name="existed">Whether it has found a row, so that there was an earlier one.</param>
    /// <param name="calm">Whether an earlier one can have left leases.</param>
    /// <param name="clock">The time.</param>
    public static LeaseBook Open(Grain grain, bool existed, Calm calm, TimeProvider clock) =>
        new(grain.GetPrimaryKeyString(), existed && !calm.Prevails, calm.EndsUnnoticed, clock);

    /// <summary>The process has asked, and may answer by itself for a while.</summary>
    public void Give(ILeaseHolder holder)
    {
        var lease = new Lease(holder, clock.GetTimestamp());
        for (var i = 0; i < _given.Length; i++)
        {
            if (!_given[i].Holder.Equals(holder)) continue;
            _given[i] = lease;
            return;
        }
        _given = [.. _given.Where(given => Left(given.AskedAt) > TimeSpan.Zero), lease];
    }

    /// <summary>Ends all leases, this activation's and earlier ones'. The change that ends them must stand already.</summary>
    /// <param name="epoch">Answers of a lower one are not given any more.</param>
    public void Recall(long epoch)
    {
        RecallGiven(epoch);
        if (elders && Left(_activatedAt) is { Ticks: > 0 } left) _recalled = Task.WhenAll(_recalled, Task.Delay(left, clock));
    }

    /// <summary>Ends the leases of this activation.</summary>
    public void RecallGiven(long epoch)
    {
        if (_given.Length == 0) return;
        var ended = _given;
        _given = [];
        _recalled = Task.WhenAll([_recalled, .. ended.Select(lease => RecallAsync(lease, epoch))]);
    }

    /// <summary>When the activation ends in good order: the next one shall find none, unless it reckons with them anyway.</summary>
    public Task EndAsync(long epoch, CancellationToken cancellationToken)
    {
        if (endsUnnoticed()) return Task.CompletedTask;
        RecallGiven(epoch);
        return SettledAsync(cancellationToken);
    }

    /// <summary>Whether nothing that was recalled is still out.</summary>
    public bool Settled => _recalled.IsCompleted;

    /// <summary>Completes when every lease that was recalled is back, or has ended by itself.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) => _recalled.WaitAsync(cancellationToken);

    async Task RecallAsync(Lease lease, long epoch)
    {
        var left = Left(lease.AskedAt);
        if (left <= TimeSpan.Zero) return;
        try { await lease.Holder.Recall(grainKey, epoch).WaitAsync(left, clock); }
        // Whatever keeps the process from answering, in the end it answers from no copy.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (Left(lease.AskedAt) is { Ticks: > 0 } rest) await Task.Delay(rest, clock);
        }
    }

    TimeSpan Left(long since) => LeaseTerm.Longest - clock.GetElapsedTime(since);

    readonly record struct Lease(ILeaseHolder Holder, long AskedAt);
}
