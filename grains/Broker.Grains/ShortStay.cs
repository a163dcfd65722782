namespace Broker.Grains;

/// <summary>
/// Ends the grain of something that does not exist. Such names are asked for too, by attackers above all, and shall not stay
/// in memory. They do for a moment: a grain that ends at once is looked up anew by everyone who asks again, and refuses some
/// of those who ask meanwhile.
/// </summary>
/// <param name="grain">The grain.</param>
/// <param name="needed">Whether what it stands for has come to be, or somebody waits for what it has begun.</param>
sealed class ShortStay(IGrainBase grain, Func<bool> needed)
{
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    IGrainTimer? _timer;

    /// <summary>Begins the moment, unless it has begun.</summary>
    public void Begin() =>
        _timer ??= grain.RegisterGrainTimer(static (self, _) => self.EndAsync(), this, new GrainTimerCreationOptions(Moment, Timeout.InfiniteTimeSpan));

    Task EndAsync()
    {
        _timer?.Dispose();
        _timer = null;
        if (!needed()) grain.DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
