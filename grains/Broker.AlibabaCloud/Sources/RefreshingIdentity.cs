namespace Broker.AlibabaCloud.Sources;

/// <summary>
/// The key of a source, kept and read again: one that ends, ahead of its end; one that does not, every few seconds while it is
/// used, because it is rotated by putting another in its place. While a reading goes on, or has failed, the last key serves as long as it lives.
/// </summary>
/// <param name="source">Where it is.</param>
/// <param name="clock">The time.</param>
public sealed class RefreshingIdentity(IIdentitySource source, TimeProvider clock) : ISourceIdentityProvider
{
    /// <summary>How old a key without an end may be before it is read again.</summary>
    public static readonly TimeSpan Reread = TimeSpan.FromSeconds(10);

    /// <summary>A key with less life than this is waited for, where another can be had.</summary>
    static readonly TimeSpan Least = TimeSpan.FromSeconds(60);

    sealed record Known(SourceIdentity Identity, DateTimeOffset ReadAt);

    readonly Lock _gate = new();
    Known? _known;
    Task<SourceIdentity>? _reading;
    DateTimeOffset _notBefore;

    /// <summary>The source's name.</summary>
    public string Source => source.Name;

    /// <summary>What was read last; null: nothing yet.</summary>
    public SourceIdentity? Current => _known?.Identity;

    /// <summary>After each reading: why it failed, or null.</summary>
    public event Action<SourceIdentityException?>? Read;

    /// <inheritdoc/>
    public ValueTask<SourceIdentity> GetAsync(CancellationToken cancellationToken)
    {
        var (known, now) = (_known, clock.GetUtcNow());
        return known is not null && IsFresh(known, now) ? new(known.Identity) : GetStaleAsync(known, now, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<SourceIdentity?> ReplaceAsync(SourceIdentity refused, CancellationToken cancellationToken)
    {
        var other = _known?.Identity;
        // By all of it: of an id and a secret in two files, the id may be the new one already and the secret not.
        if (other is null || other == refused) other = await Begin(clock.GetUtcNow(), forced: true).WaitAsync(cancellationToken);
        return other == refused ? null : other;
    }

    async ValueTask<SourceIdentity> GetStaleAsync(Known? known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reading = Begin(now, forced: false);
        if (known is not null && Left(known, now) >= Least) return known.Identity;
        try { return await reading.WaitAsync(cancellationToken); }
        catch (SourceIdentityException) when (_known is { } last && Left(last, clock.GetUtcNow()) > TimeSpan.Zero) { return last.Identity; }
    }

    /// <summary>The reading that goes on, or a new one; soon after one that failed, that one.</summary>
    Task<SourceIdentity> Begin(DateTimeOffset now, bool forced)
    {
        lock (_gate)
        {
            if (_reading is { } last && (!last.IsCompleted || (now < _notBefore && !forced))) return last;
            return _reading = ReadAsync();
        }
    }

    async Task<SourceIdentity> ReadAsync()
    {
        // Nobody waits for it while a lock is held.
        await Task.Yield();
        try
        {
            // Whoever waits may leave; the reading is for all.
            var identity = await ReadSourceAsync();
            var now = clock.GetUtcNow();
            if (identity.Expiration <= now) throw new SourceIdentityException($"The key of {source.Name} ended at {identity.Expiration:yyyy-MM-ddTHH:mm:ssZ}.");
            (_known, _notBefore) = (new(identity, now), now + Reread);
            Read?.Invoke(null);
            return identity;
        }
        catch (SourceIdentityException e)
        {
            _notBefore = clock.GetUtcNow() + Reread;
            Read?.Invoke(e);
            throw;
        }
    }

    async Task<SourceIdentity> ReadSourceAsync()
    {
        try { return await source.ReadAsync(CancellationToken.None); }
        // A defect of a source is not the end of those who watch it. Its message may hold anything.
        catch (Exception e) when (e is not SourceIdentityException and not OutOfMemoryException)
        {
            throw new SourceIdentityException($"{source.Name} has failed: {e.GetType().Name}.");
        }
    }

    static bool IsFresh(Known known, DateTimeOffset now) => known.Identity.Expiration is { } end
        ? end - now > (end - known.ReadAt) / 3
        : now - known.ReadAt < Reread;

    static TimeSpan Left(Known known, DateTimeOffset now) => known.Identity.Expiration is { } end ? end - now : TimeSpan.MaxValue;
}
