using Broker.Grains.Budget;
using Broker.Grains.Credentials;

namespace Broker.Tests.Grains.Credentials;

public class RefreshScheduleTests
{
    const int Roles = 2000;

    static readonly DateTimeOffset Start = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The shorter the life, the closer together; the shortest that a role may have is a quarter of an hour.</summary>
    [Theory]
    [InlineData(900, 0.7)]
    [InlineData(3600, 0.25)]
    [InlineData(43_200, 0.1)]
    public void Roles_that_were_minted_together_renew_apart(int lifetime, double share)
    {
        var minted = new CredentialSnapshot("STS.a", "secret", "token", Start, Start.AddSeconds(lifetime), 1);
        var renewals = Enumerable.Range(0, Roles)
            .Select(i => new RefreshSchedule(new RoleKey($"tenant-{i % 40}", $"role-{i}").ToString(), TimeSpan.Zero).AdvisoryRefreshAt(minted)).Order().ToList();
        var most = renewals.Max(from => renewals.Count(at => at >= from && at < from.AddSeconds(1)));
        Assert.True(most <= new StsBudgetOptions().RatePerSecond * share, $"{most} in one second");
    }
}
