using Broker.Grains.Credentials;

namespace Broker.Tests.Grains.Credentials;

/// <summary>What STS does next.</summary>
public enum StsMood { Grants, Throttles, Refuses, IsDown }

/// <summary>
/// The refresh rules once more, as small as they can be said: what a call of the cache must do, when every attempt ends at
/// once. The back-off is that of a random number of one half.
/// </summary>
sealed class RefreshModel(RefreshSchedule schedule)
{
    DateTimeOffset _retryAt, _backgroundRetryAt, _lastForced = DateTimeOffset.MinValue, _lastUsed;
    int _failures;
    string? _failure;

    public CredentialSnapshot? Snapshot { get; private set; }
    public int Calls { get; private set; }
    public StsMood Mood { get; set; }
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);
    public DateTimeOffset Now { get; set; } = CacheFixture.Start;

    TimeSpan Left => Snapshot is null ? TimeSpan.MinValue : Snapshot.Expiration - Now;
    TimeSpan Mandatory => Snapshot is null ? TimeSpan.Zero : Min(TimeSpan.FromMinutes(16), (Snapshot.Expiration - Snapshot.IssuedAt) / 2);
    bool BackingOff => _failure is not null && Now < _retryAt;

    /// <summary>The id that must be served, or the code that must be thrown.</summary>
    public (string? Id, string? Code) Get(TimeSpan demand)
    {
        var (id, attempts) = Begin(demand);
        if (attempts) Land();
        return id is null ? Outcome(demand) : (id, null);
    }

    /// <summary>The id that is served at once, if any, and whether an attempt begins.</summary>
    public (string? Id, bool Attempts) Begin(TimeSpan demand)
    {
        _lastUsed = Now;
        var served = Enough(demand) ? Snapshot!.AccessKeyId : null;
        var attempts = served is null ? MayAttempt() : Now >= schedule.AdvisoryRefreshAt(Snapshot!) && !BackingOff;
        if (attempts) Calls++;
        return (served, attempts);
    }

    /// <summary>What a caller gets who has waited as long as it will.</summary>
    public (string? Id, string? Code) Outcome(TimeSpan demand)
    {
        if (Enough(demand)) return (Snapshot!.AccessKeyId, null);
        if (_failure == ErrorCode.StsRejected) return (null, _failure);
        if (Left >= TimeSpan.FromSeconds(60) && Left >= demand) return (Snapshot!.AccessKeyId, null);
        return (null, _failure ?? ErrorCode.StsUnavailable);
    }

    /// <summary>The attempt ends, as STS's mood is now.</summary>
    public void Land()
    {
        if (Mood == StsMood.Grants)
        {
            Snapshot = new($"STS.{Calls}", "secret", "token", Now, Now + Lifetime, 1);
            (_failure, _failures) = (null, 0);
            return;
        }
        _failure = Mood switch { StsMood.Throttles => ErrorCode.StsThrottled, StsMood.Refuses => ErrorCode.StsRejected, _ => ErrorCode.StsUnavailable };
        var backOff = TimeSpan.FromSeconds(1 + (Math.Min(300, Math.Pow(2, Math.Min(++_failures, 9))) - 1) / 2);
        _retryAt = Now + (Mood == StsMood.Refuses ? TimeSpan.FromSeconds(30) : backOff);
        _backgroundRetryAt = Now + backOff > _retryAt ? Now + backOff : _retryAt;
    }

    public void Tick()
    {
        if (Snapshot is null || Left <= TimeSpan.Zero || Now - _lastUsed > Snapshot.Expiration - Snapshot.IssuedAt) return;
        if (Now >= schedule.AdvisoryRefreshAt(Snapshot) && (_failure is null || Now >= _backgroundRetryAt))
        {
            Calls++;
            Land();
        }
    }

    public void KeepWarm()
    {
        _lastUsed = Now;
        if (Snapshot is not null && Left > TimeSpan.Zero) Tick();
        else if (_failure is null || Now >= _backgroundRetryAt)
        {
            Calls++;
            Land();
        }
    }

    public void Edit() => (Snapshot, _failure, _failures) = (null, null, 0);

    public void Restart()
    {
        (_failure, _failures, _lastForced, _lastUsed) = (null, 0, DateTimeOffset.MinValue, Now);
        if (Left < TimeSpan.FromSeconds(60)) Snapshot = null;
    }

    bool Enough(TimeSpan demand) => Snapshot is not null && Left >= Mandatory && Left >= demand && Left >= TimeSpan.FromSeconds(60);

    bool MayAttempt()
    {
        if (BackingOff) return false;
        if (Snapshot is null || Left < Mandatory) return true;
        if (Now - _lastForced < TimeSpan.FromMinutes(1)) return false;
        _lastForced = Now;
        return true;
    }

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
