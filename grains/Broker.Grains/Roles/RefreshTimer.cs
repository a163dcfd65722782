using Microsoft.Extensions.Logging;

namespace Broker.Grains.Roles;

/// <summary>
/// The one timer of all roles of a silo. With a timer for each, all of them would be gone through several times a second, and
/// each would take as much memory as the credentials.
/// </summary>
sealed class RefreshTimer : IDisposable
{
    // More than the timer takes must be waited for in parts.
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    readonly TimeProvider _clock;
    readonly ILogger<DueRefresh> _logger;
    readonly ITimer _timer;
    readonly Lock _gate = new();
    // Who was armed anew since is still in the old place too, and is passed over there.
    readonly PriorityQueue<DueRefresh, DateTimeOffset> _armed = new();
    DateTimeOffset _next = DateTimeOffset.MaxValue;

    public RefreshTimer(TimeProvider clock, ILogger<DueRefresh> logger)
    {
        (_clock, _logger) = (clock, logger);
        // It fires for all of them, within nobody's request.
        using (ExecutionContext.SuppressFlow())
            _timer = clock.CreateTimer(static self => ((RefreshTimer)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A role's place in it. Asked for by the role's activation, whose turns the refreshes are then.</summary>
    public DueRefresh Register(Func<Task> refresh) => new(this, refresh, TaskScheduler.Current, _logger);

    public void Dispose() => _timer.Dispose();

    internal void Arm(DueRefresh refresh, DateTimeOffset? due)
    {
        lock (_gate)
        {
            if (refresh.At == due) return;
            refresh.At = due;
            if (due is not { } at) return;
            _armed.Enqueue(refresh, at);
            if (at < _next) Await(at);
        }
    }

    void Fire()
    {
        List<DueRefresh> due = [];
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            while (_armed.TryPeek(out var refresh, out var at) && at <= now)
            {
                _armed.Dequeue();
                if (refresh.At != at) continue;
                refresh.At = null;
                due.Add(refresh);
            }
            if (_armed.TryPeek(out _, out var next)) Await(next);
            else _next = DateTimeOffset.MaxValue;
        }
        foreach (var refresh in due) refresh.Begin();
    }

    void Await(DateTimeOffset next)
    {
        _next = next;
        var wait = next - _clock.GetUtcNow();
        _timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
    }
}
