namespace Broker.Grains.Budget;

/// <summary>
/// When roles said that they renew next, by the minute. Kept in memory only: after a restart a role is missing until its grain
/// is in memory again, and one whose silo has stopped is counted until its minute is over.
/// </summary>
sealed class RenewalForecast(TimeProvider clock)
{
    const int Minutes = 60;

    readonly SortedDictionary<long, int> _byMinute = [];

    /// <summary>A role renews then.</summary>
    public void Expect(DateTimeOffset renewal)
    {
        Forget();
        var minute = MinuteOf(renewal);
        _byMinute[minute] = _byMinute.GetValueOrDefault(minute) + 1;
    }

    /// <summary>It does not, or at another time.</summary>
    public void Withdraw(DateTimeOffset renewal)
    {
        var minute = MinuteOf(renewal);
        if (!_byMinute.TryGetValue(minute, out var roles)) return;
        if (roles > 1) _byMinute[minute] = roles - 1;
        else _byMinute.Remove(minute);
    }

    /// <summary>How many roles renew next within an hour, to the minute.</summary>
    public int NextHour()
    {
        Forget();
        var end = MinuteOf(clock.GetUtcNow()) + Minutes;
        return _byMinute.TakeWhile(m => m.Key < end).Sum(m => m.Value);
    }

    void Forget()
    {
        var now = MinuteOf(clock.GetUtcNow());
        while (_byMinute.Count > 0 && _byMinute.First() is { Key: var minute } && minute < now) _byMinute.Remove(minute);
    }

    static long MinuteOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / 60;
}
