namespace Broker.Grains.Roles;

/// <summary>
/// Keeps a role's activation from going by its memory for ever: while it is used it asks storage now and then whether it is
/// still the truth. Used by one turn at a time.
/// </summary>
/// <param name="options">For how long memory counts.</param>
/// <param name="reread">Compares memory with storage, acts on the difference, and answers the timestamp since when they agree.</param>
/// <param name="clock">Monotonic time.</param>
sealed class Confirmation(ConfirmationOptions options, Func<Task<long>> reread, TimeProvider clock)
{
    /// <summary>Between two looks, and between two attempts of one that fails.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromSeconds(5);

    /// <summary>How long a caller waits for a look that it needs.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly TimeSpan _longest = TimeSpan.FromSeconds(options.LongestSeconds);
    long _confirmedAt = clock.GetTimestamp();
    long? _triedAt;
    Task _look = Task.CompletedTask;

    TimeSpan Age => clock.GetElapsedTime(_confirmedAt);

    /// <summary>Looks in the background when it is time, and waits for it when memory counts no longer.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.Unconfirmed"/>.</exception>
    public ValueTask DemandAsync(CancellationToken cancellationToken)
    {
        // With a short bound it is looked more often, so that it is not reached while the database answers.
        if (Age < Interval && Age < _longest / 2) return ValueTask.CompletedTask;
        if (_look.IsCompleted && (_triedAt is not { } tried || clock.GetElapsedTime(tried) >= Pause)) _look = LookAsync();
        return Age < _longest ? ValueTask.CompletedTask : new(WaitAsync(cancellationToken));
    }

    async Task WaitAsync(CancellationToken cancellationToken)
    {
        try { await _look.WaitAsync(Patience, clock, cancellationToken); }
        catch (TimeoutException) { }
        if (Age >= _longest)
            throw new BrokerException(ErrorCode.Unconfirmed, "The database has not confirmed for too long that the role still stands.") { RetryAfter = Pause };
    }

    async Task LookAsync()
    {
        _triedAt = clock.GetTimestamp();
        try { _confirmedAt = await reread(); }
        // The guard of the storage has said so already.
        catch (BrokerException) { }
    }
}
