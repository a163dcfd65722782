using System.Globalization;
using Broker.Emulator;
using Broker.Grains.Warmth;

namespace Broker.Tests.EndToEnd.Warmth;

/// <summary>Many roles in a round, some of which fail.</summary>
public sealed class WarmRoundTests
{
    [Fact]
    public async Task Roles_that_fail_do_not_stop_the_others_and_are_asked_again()
    {
        var roles = ((string[])["broken", "good", "refused"]).Select(tenant => new RoleKey(tenant, WarmBroker.RolesOf(tenant).First())).ToArray();
        await using var first = await WarmBroker.StartAsync();
        foreach (var role in roles)
        {
            await first.PutTenantAsync(role.Tenant, keepWarmRoles: 1);
            (await first.PutAsync(role.Tenant, role.Role)).DemandSuccess();
            await first.FreshAsync(role.Tenant, role.Role);
        }
        await first.Broker.SqlAsync($"UPDATE OrleansStorage SET PayloadBinary = {(first.Broker.Postgres is null ? "x'ff'" : "'\\xff'")} WHERE GrainTypeString = 'role-settings-v1' AND GrainIdExtensionString = '{roles[0]}'");

        await using var again = await first.RestartAsync();
        await again.Broker.SendAsync(HttpMethod.Put, $"{again.Broker.Emulator.Sts}_emulator/roles", new { arn = $"acs:ram::{EmulatorOptions.Account}:role/refused", exists = false });
        await again.MinutesAsync(20);
        Assert.Contains(again.Broker.Log.Lines, line => line.Contains("w/0: of the roles that are kept warm, 1 of 3 could not be asked", StringComparison.Ordinal));
        Assert.Equal(roles, await again.ListAsync());
        Assert.InRange(again.Broker.Emulator.AssumeRoleRejections, 2, 20);
        Assert.Equal("fresh", await again.StateAsync("good", roles[1].Role));
        // One of each before the restart.
        Assert.InRange(again.Calls, 3 + 2, 3 + 3);
    }

    [Fact]
    public async Task After_a_restart_good_credentials_cost_no_call_and_the_others_come_in_the_account_s_pace_behind_callers()
    {
        const int good = 12, cold = 40, rate = 4, burst = 2, queue = 5 * rate;
        string[] names = [.. Enumerable.Range(0, good).Select(i => $"good-{i}"), .. Enumerable.Range(0, cold).Select(i => $"cold-{i}")];
        await using var first = await WarmBroker.StartAsync(settings: new() { ["StsBudget:Burst"] = $"{good + cold}", ["StsBudget:RenewalBurst"] = $"{good + cold}" });
        await first.PutTenantAsync("acme", keepWarmRoles: good + cold);
        await first.PutTenantAsync("other", keepWarmRoles: 0);
        (await first.PutAsync("other", "asked", keepWarm: false)).DemandSuccess();
        foreach (var name in names[..good]) (await first.PutAsync("acme", name, durationSeconds: RoleRules.LongestSession)).DemandSuccess();
        foreach (var name in names[..good]) await first.FreshAsync("acme", name);
        first.Broker.Emulator.Fail(new("AssumeRole", 500, "InternalError", 0));
        foreach (var name in names[good..]) (await first.PutAsync("acme", name, durationSeconds: RoleRules.LongestSession)).DemandSuccess();

        await using var again = await first.RestartAsync(new() { ["StsBudget:RatePerSecond"] = $"{rate}", ["StsBudget:Burst"] = $"{burst}" });
        await again.BeginMinuteAsync(shards: names.Select(name => WarmShards.KeyOf(new("acme", name))).Distinct().Count());
        await WarmBroker.UntilAsync(async () => await WaitingAsync() == queue && again.Calls == good + burst, "the burst, and those that wait for their place");
        var caller = again.Broker.CredentialsAsync("other", "asked");
        await WarmBroker.UntilAsync(async () => await WaitingAsync() == queue + 1, "the caller");
        again.Clock.Advance(TimeSpan.FromSeconds(1.0 / rate));
        Assert.Equal(200, (await caller).Status);
        Assert.Equal(good + burst + 1, again.Calls);

        await WarmBroker.UntilAsync(async () =>
        {
            again.Clock.Advance(TimeSpan.FromSeconds(1.0 / rate));
            return await IssuedAsync("DISTINCT role", "cold") == cold;
        }, "all roles to be warm");
        Assert.Equal(good, await IssuedAsync("*", "good"));

        async Task<int> WaitingAsync() => (await again.Broker.GetAsync("/v1/sts-budget")).Json.GetProperty("items")[0].GetProperty("waiting").GetInt32();
        async Task<int> IssuedAsync(string what, string kind) =>
            Convert.ToInt32(await again.Broker.SqlAsync($"SELECT COUNT({what}) FROM broker_issued WHERE role LIKE '{kind}-%'"), CultureInfo.InvariantCulture);
    }
}
