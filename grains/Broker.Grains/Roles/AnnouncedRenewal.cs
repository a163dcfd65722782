namespace Broker.Grains.Roles;

/// <summary>Tells the budget when the role renews next, for its forecast. A message that is lost is one role more or less there.</summary>
sealed class AnnouncedRenewal(IGrainFactory grains)
{
    (string Identity, DateTimeOffset At)? _told;

    /// <param name="identity">Whose rate it takes; null: it may mint nothing.</param>
    /// <param name="due">When it renews; null: not before somebody asks.</param>
    public void Tell(string? identity, DateTimeOffset? due)
    {
        (string Identity, DateTimeOffset At)? next = identity is null || due is null ? null : (identity, due.Value);
        if (next == _told) return;
        if (_told is { } old) _ = grains.StsBudget(old.Identity).Withdraw(old.At);
        if (next is { } expected) _ = grains.StsBudget(expected.Identity).Expect(expected.At);
        _told = next;
    }
}
