using Microsoft.Extensions.Logging;

namespace Broker.Grains.Roles;

/// <summary>When a role is to be renewed next, and how: in a turn of its activation.</summary>
/// <param name="timer">The silo's.</param>
/// <param name="refresh">Renews.</param>
/// <param name="turns">The activation's.</param>
/// <param name="logger">Told of what should not have failed.</param>
sealed partial class DueRefresh(RefreshTimer timer, Func<Task> refresh, TaskScheduler turns, ILogger logger)
{
    // Null once the activation has ended: an old place in the timer shall not keep it in memory.
    Turn? _turn = new(refresh, turns);

    /// <summary>When it is due; null: not at all. Of the timer alone.</summary>
    internal DateTimeOffset? At { get; set; }

    /// <summary>Begins once, at this moment, at once when it has passed; null: not at all.</summary>
    public void Arm(DateTimeOffset? due)
    {
        if (_turn is not null) timer.Arm(this, due);
    }

    /// <summary>None begins any more. Called in a turn of the activation.</summary>
    public void End()
    {
        Arm(null);
        _turn = null;
    }

    /// <summary>
    /// Its turn comes between those of calls, so that a slow STS holds up no change of the settings, and it is none: it keeps no
    /// activation alive.
    /// </summary>
    internal void Begin()
    {
        if (_turn is { } turn) Task.Factory.StartNew(static self => ((DueRefresh)self!).RunAsync(), this, CancellationToken.None, TaskCreationOptions.DenyChildAttach, turn.Scheduler);
    }

    async Task RunAsync()
    {
        if (_turn is not { } turn) return;
        try { await turn.Refresh(); }
        catch (Exception e) when (e is not OutOfMemoryException) { LogFailed(e); }
    }

    sealed record Turn(Func<Task> Refresh, TaskScheduler Scheduler);

    [LoggerMessage(LogLevel.Error, "A refresh that was due has failed.")]
    partial void LogFailed(Exception exception);
}
