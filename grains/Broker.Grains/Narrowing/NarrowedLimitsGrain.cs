using Broker.Grains.Budget;

namespace Broker.Grains.Narrowing;

/// <summary>Counts a tenant's narrowed sessions in memory; what a crash forgets ends by itself.</summary>
[GrainType("narrowed-limits")]
sealed class NarrowedLimitsGrain(TimeProvider clock) : Grain, INarrowedLimitsGrain
{
    /// <summary>Mints per second of one tenant.</summary>
    const int MintsPerSecond = 5;

    static readonly TimeSpan FullRetryAfter = TimeSpan.FromMinutes(1);

    readonly StsRate _rate = new(MintsPerSecond, MintsPerSecond, clock);
    readonly Dictionary<string, DateTimeOffset> _sessions = [];

    public Task Admit(string session, int mostSessions, DateTimeOffset endsBy)
    {
        var now = clock.GetUtcNow();
        if (!_sessions.ContainsKey(session) && _sessions.Count >= mostSessions)
        {
            foreach (var ended in _sessions.Where(s => s.Value <= now).Select(s => s.Key).ToList()) _sessions.Remove(ended);
            if (_sessions.Count >= mostSessions)
                throw new BrokerException(ErrorCode.RateLimited, $"The tenant has as many narrowed sessions in use as its limits.narrowedSessions permit: {mostSessions}.") { RetryAfter = FullRetryAfter };
        }
        if (!_rate.TryTake())
            throw new BrokerException(ErrorCode.RateLimited, $"The tenant mints more than {MintsPerSecond} narrowed sessions per second.") { RetryAfter = _rate.WaitBehind(0) };
        _sessions[session] = endsBy;
        // While one of them lives, the count must not be forgotten.
        DelayDeactivation(endsBy - now);
        return Task.CompletedTask;
    }

    public Task Release(string session)
    {
        _sessions.Remove(session);
        return Task.CompletedTask;
    }
}
