namespace Broker.Tests.EndToEnd.Warmth;

/// <summary>Roles that are kept warm have credentials although nobody asks for any.</summary>
public sealed class KeepWarmTests
{
    [Fact]
    public async Task A_role_is_renewed_without_a_request_for_as_long_as_it_is_kept_warm()
    {
        await using var warm = await WarmBroker.StartAsync();
        await warm.PutTenantAsync("acme", keepWarmRoles: 1);
        (await warm.PutAsync("acme", "uploads")).DemandSuccess();
        // At once, not at the first round.
        await WarmBroker.UntilAsync(async () => await warm.StateAsync("acme", "uploads") == "fresh", "the first session");
        for (var minute = 0; minute < 4 * 15; minute++)
        {
            await warm.MinuteAsync();
            Assert.NotEqual("none", await warm.StateAsync("acme", "uploads"));
        }
        // Renewed at half of their life.
        Assert.InRange(warm.Calls, 8, 11);

        (await warm.PutAsync("acme", "uploads", keepWarm: false)).DemandSuccess();
        for (var minute = 0; minute < 2 * 15; minute++)
        {
            await warm.MinuteAsync();
            await warm.SettleAsync("acme", "uploads");
        }
        Assert.Equal("none", await warm.StateAsync("acme", "uploads"));
        Assert.Empty(await warm.ListAsync(new("acme", "uploads")));
    }
}
