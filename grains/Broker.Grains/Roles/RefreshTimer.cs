namespace Broker.Grains.Roles;

/// <summary>
/// A role's one-shot timer. It does not keep the grain alive, and its turn interleaves, so that a slow STS holds up no
/// change of the settings.
/// </summary>
sealed class RefreshTimer(IGrainTimer timer, TimeProvider clock) : IDisposable
{
    public static RefreshTimer Register(IGrainBase grain, Func<Task> refresh, TimeProvider clock) =>
        new(grain.RegisterGrainTimer(_ => refresh(), new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan)
        {
            KeepAlive = false,
            Interleave = true,
        }), clock);

    /// <summary>Fires at this moment, at once when it has passed; null: not at all.</summary>
    public void Arm(DateTimeOffset? due)
    {
        var wait = due - clock.GetUtcNow() ?? Timeout.InfiniteTimeSpan;
        timer.Change(due is null || wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();
}
