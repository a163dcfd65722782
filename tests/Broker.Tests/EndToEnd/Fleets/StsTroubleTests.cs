using Broker.Emulator.Control;
using Broker.Emulator;
using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>
/// Whatever STS does to three silos with many cold roles: callers are told when to come again and are served when it is mended,
/// and roles with credentials do not notice. <c>BROKER_COLD_ROLES</c> and <c>BROKER_TROUBLE_SECONDS</c> say how many and for how long.
/// </summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class StsTroubleTests(ITestOutputHelper output)
{
    const int Few = 3, WarmRoles = 20, WarmClients = 2;

    /// <summary>The budget's, together the account's own limit.</summary>
    const int Rate = 80, Burst = 20;

    const int Short = 60;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <param name="Name">What STS is meanwhile.</param>
    /// <param name="Begin">Makes it so.</param>
    /// <param name="Mended">Whether it is mended after a while; otherwise it goes on until all are served.</param>
    sealed record Trouble(string Name, Action<EmulatorHost> Begin, bool Mended = true);

    static readonly Trouble[] Troubles =
    [
        new("cut", sts => sts.Fail(new("AssumeRole", 0, Times: 0))),
        new("500", sts => sts.Fail(new("AssumeRole", 500, "InternalError", Times: 0))),
        new("throttled", sts => sts.LimitAssumeRole(10), Mended: false),
        new("slow", sts => sts.Fail(new("AssumeRole", Times: 0, LatencyMs: 3000))),
        new("half-broken", sts => sts.Fail(new("AssumeRole", 500, "InternalError", Times: 0, Percent: 50))),
        new("garbage", sts => sts.Fail(new("AssumeRole", 200, Times: 0, Body: "<html>not STS at all</html>"))),
    ];

    readonly int _roles = LongRun.Of("BROKER_COLD_ROLES", Short), _seconds = LongRun.Of("BROKER_TROUBLE_SECONDS", 2);

    [PostgresFact]
    public async Task Callers_of_cold_roles_are_told_when_to_come_again_and_warm_roles_do_not_notice()
    {
        await using var cluster = await FleetCluster.StartAsync();
        var warm = new Fleet(cluster, await cluster.MakeRolesAsync(WarmRoles, prefix: "warm"), WarmClients, Pause);
        warm.Start();
        await warm.AllServedAsync();
        output.WriteLine($"{_roles - Few} cold roles of one tenant and {Few} of another, three silos, for {_seconds} s each (throttled at 10/s: until all are served); the budget is {Rate}/s and a burst of {Burst}.");
        output.WriteLine($"{"STS is",-12}{"calls",8}{"most/s",8}{"longest wait",14}{"few after",11}{"many after",12}  refused meanwhile");
        // In short, three of them.
        foreach (var trouble in _roles == Short ? Troubles.Where(t => t.Name is "cut" or "throttled" or "half-broken") : Troubles) await RunAsync(cluster, trouble);
        await warm.StopAsync();
        Assert.All(warm.Attempts, attempt => Assert.True(attempt.Status == 200, $"{attempt}"));
        output.WriteLine($"Meanwhile {warm.Attempts.Count} requests for {WarmRoles} warm roles, 0 failed.");
    }

    async Task RunAsync(FleetCluster cluster, Trouble trouble)
    {
        var many = await cluster.MakeTenantAsync($"{trouble.Name}-many", Enumerable.Range(0, _roles - Few));
        var few = await cluster.MakeTenantAsync($"{trouble.Name}-few", Enumerable.Range(0, Few));
        var began = TimeProvider.System.GetTimestamp();
        using var calls = new StsCalls(cluster.Emulator);
        using var callers = new ColdCallers(cluster);
        trouble.Begin(cluster.Emulator);
        var (manyServed, fewServed) = (callers.ServeAsync(many), callers.ServeAsync(few));
        await (trouble.Mended ? Task.Delay(TimeSpan.FromSeconds(_seconds), TimeProvider.System) : Task.WhenAll(manyServed, fewServed));
        cluster.Emulator.Heal();
        cluster.Emulator.LimitAssumeRole(null);
        var (manyAfter, fewAfter) = (await manyServed, await fewServed);
        var longest = callers.Answers.Max(a => a.Took);
        // Where there is not enough for all, the tenants take turns.
        if (!trouble.Mended) Assert.True(fewAfter < manyAfter, $"{trouble.Name}: few {fewAfter}, many {manyAfter}");
        // Of a single second only the figure: with all of this on one machine, what was granted earlier may still be on its way beside what is granted now.
        Assert.InRange(calls.Count, 1, Burst + Rate * TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        var refused = callers.Answers.Select(a => a.Code).OfType<string>().CountBy(code => code).Select(c => $"{c.Value} {c.Key}");
        output.WriteLine($"{trouble.Name,-12}{calls.Count,8}{calls.MostInOneSecond(),8}{longest.TotalSeconds,12:0.0} s{fewAfter.TotalSeconds,9:0.0} s{manyAfter.TotalSeconds,10:0.0} s  {string.Join(", ", refused.DefaultIfEmpty("none"))}");
    }
}
