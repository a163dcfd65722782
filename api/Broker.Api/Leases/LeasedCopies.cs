using System.Collections.Concurrent;
using Broker.Api.Problems;

namespace Broker.Api.Leases;

/// <summary>
/// Copies of what grains of one kind have answered, by which this process answers for a while by itself: the usual term without
/// asking, the longest one while the grain cannot be reached. A copy that is in use is renewed ahead of its end.
/// </summary>
/// <typeparam name="TKey">Names a grain.</typeparam>
/// <typeparam name="TAsk">What a caller asks the grain for.</typeparam>
/// <typeparam name="T">What it answers.</typeparam>
/// <param name="ask">Asks the grain; told how often the copy has served since it was asked last. Null: it has nothing.</param>
/// <param name="serves">Whether a copy serves the ask.</param>
/// <param name="clock">Monotonic time.</param>
sealed class LeasedCopies<TKey, TAsk, T>(Func<TKey, TAsk, long, CancellationToken, Task<Leased<T>?>> ask, Func<T, TAsk, bool> serves, TimeProvider clock)
    where TKey : notnull
    where T : class
{
    /// <summary>How long a caller waits for the grain before it counts as unreachable while a copy may serve.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>An answer that was asked for longer ago cannot come any more: Orleans gives up after half of it.</summary>
    static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(60);

    const int MadeBetweenSweeps = 4096, MostAttempts = 3;

    readonly ConcurrentDictionary<TKey, LeaseSlot<T>> _slots = new();
    int _made;

    /// <summary>The answer to the ask; null when the grain has nothing.</summary>
    /// <exception cref="Exception">What the grain threw, or why it could not be reached.</exception>
    public ValueTask<T?> GetAsync(TKey key, TAsk asked, CancellationToken cancellationToken)
    {
        if (!_slots.TryGetValue(key, out var slot) || slot.Copy is not { } copy || !serves(copy.Value, asked)) return new(AskAsync(key, asked, cancellationToken));
        var age = clock.GetElapsedTime(copy.AskedAt);
        if (age >= LeaseTerm.Usual) return new(RenewedOrOldAsync(key, slot, copy, asked, cancellationToken));
        slot.CountServed();
        if (age >= LeaseTerm.Usual / 2) Renew(key, slot, asked);
        return new(copy.Value);
    }

    /// <summary>How often the copy has served since the grain was last told.</summary>
    public long TakeServed(TKey key) => _slots.TryGetValue(key, out var slot) ? slot.TakeServed() : 0;

    /// <summary>Drops the copy, and answers of a lower epoch that are on their way.</summary>
    public void Recall(TKey key, long epoch)
    {
        // Without a slot nobody has asked.
        if (_slots.TryGetValue(key, out var slot)) slot.Recall(epoch);
    }

    async Task<T?> RenewedOrOldAsync(TKey key, LeaseSlot<T> slot, LeaseCopy<T> copy, TAsk asked, CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(copy.AskedAt) < LeaseTerm.Longest)
        {
            var (renewal, begunAt) = Renew(key, slot, asked);
            // Who comes while it is late already need not wait for it too.
            if (Patience - clock.GetElapsedTime(begunAt) is { Ticks: > 0 } left)
                await renewal.WaitAsync(left, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (slot.Copy is { } present && serves(present.Value, asked) && clock.GetElapsedTime(present.AskedAt) < LeaseTerm.Longest)
            {
                slot.CountServed();
                return present.Value;
            }
        }
        return await AskAsync(key, asked, cancellationToken);
    }

    async Task<T?> AskAsync(TKey key, TAsk asked, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var slot = SlotOf(key);
            var (answer, taken) = await TakeAnswerAsync(key, slot, asked, cancellationToken);
            if (taken) return answer?.Value;
        }
        throw new BrokerException(ErrorCode.Unavailable, "What was asked for is changing. Try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    async Task<(Leased<T>? Answer, bool Taken)> TakeAnswerAsync(TKey key, LeaseSlot<T> slot, TAsk asked, CancellationToken cancellationToken)
    {
        var (askedAt, served) = (clock.GetTimestamp(), slot.TakeServed());
        Leased<T>? answer;
        try { answer = await ask(key, asked, served, cancellationToken); }
        catch
        {
            slot.ReturnServed(served);
            throw;
        }
        if (answer is not null) return (answer, slot.Take(new(answer.Value, answer.Epoch, askedAt)));
        Remove(key, slot);
        return (null, true);
    }

    /// <summary>The one renewal under way; never fails. What the grain refuses ends the copy; a grain that is not reached leaves it.</summary>
    (Task Renewal, long BegunAt) Renew(TKey key, LeaseSlot<T> slot, TAsk asked) => slot.Renew(async () =>
    {
        try { await TakeAnswerAsync(key, slot, asked, CancellationToken.None); }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (FailureMiddleware.Translate(e).Code is not (ErrorCode.Unavailable or ErrorCode.StorageUnavailable)) slot.Drop();
        }
    });

    LeaseSlot<T> SlotOf(TKey key)
    {
        while (true)
        {
            var slot = _slots.GetOrAdd(key, static (_, self) => self.NewSlot(), this);
            if (slot.Use()) return slot;
        }
    }

    LeaseSlot<T> NewSlot()
    {
        if (Interlocked.Increment(ref _made) % MadeBetweenSweeps == 0) Sweep();
        return new(clock);
    }

    void Sweep()
    {
        foreach (var (key, slot) in _slots)
            if (clock.GetElapsedTime(slot.UsedAt) > KeptFor) Remove(key, slot);
    }

    void Remove(TKey key, LeaseSlot<T> slot)
    {
        slot.End();
        _slots.TryRemove(new(key, slot));
    }
}
