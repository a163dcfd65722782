using System.Text.RegularExpressions;
using Broker.Cluster;
using Broker.Tests.Cluster;
using Broker.Tests.Storage;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>The account's rate is one for all silos, however callers come again. <c>BROKER_BUDGET_ROLES</c> says for how many cold roles.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class FleetBudgetTests(ITestOutputHelper output)
{
    /// <summary>One a second, so that a call may be a second on its way before it seems to belong to another one.</summary>
    const int Rate = 1, Burst = 4;

    readonly int _roles = LongRun.Of("BROKER_BUDGET_ROLES", 20);

    [PostgresFact]
    public async Task Over_three_silos_no_second_has_more_calls_than_the_rate_and_a_burst_and_one_burst_more_when_its_silo_is_killed()
    {
        await using var cluster = await FleetCluster.StartAsync(ofSilo: _ => new()
        {
            ["StsBudget:RatePerSecond"] = $"{Rate}", ["StsBudget:Burst"] = $"{Burst}", ["StsBudget:RenewalBurst"] = "1",
        });
        await WarmAsync(cluster);
        var roles = (await cluster.MakeRolesAsync(_roles)).Chunk(_roles / 2).ToArray();
        using var calls = new StsCalls(cluster.Emulator);
        using var callers = new ColdCallers(cluster);
        var took = await callers.ServeAsync(roles[0]);
        var (before, madeBefore) = (calls.MostInOneSecond(), calls.Count);
        Assert.True(before is >= Burst and <= Rate + Burst, $"{before} in one second: {calls}");
        Assert.Equal(roles[0].Length, madeBefore);
        output.WriteLine($"Rate {Rate}/s, burst {Burst}, three silos: {roles[0].Length} cold roles in {took.TotalSeconds:0.0} s, {callers.Answers.Count(a => a.Code is not null)} refused and come again; at most {before} calls in one second.");

        var budget = await HolderAsync(cluster);
        var rest = callers.ServeAsync(roles[1]);
        while (calls.Count == madeBefore) await Task.Yield();
        var killedAt = TimeProvider.System.GetUtcNow();
        await budget.Process.KillAsync();
        took = await rest;
        // The new one knows nothing of what the old one has granted.
        var after = calls.MostInOneSecond(killedAt);
        Assert.True(after <= Rate + 2 * Burst, $"{after} in one second: {calls}");
        output.WriteLine($"With {budget.Name}, which held the budget, killed in the middle: {roles[1].Length} more in {took.TotalSeconds:0.0} s; at most {after} calls in one second.");
    }

    /// <summary>A silo's first call takes its code a second on a busy machine, in which the next ones are granted: every silo makes one before, and the burst is whole again.</summary>
    static async Task WarmAsync(FleetCluster cluster)
    {
        using var callers = new ColdCallers(cluster);
        for (var round = 0; !await AllAsync(cluster, metrics => metrics.Contains("broker_sts_calls_total{", StringComparison.Ordinal)); round++)
            await callers.ServeAsync(await cluster.MakeTenantAsync($"warm-{round}", Enumerable.Range(0, cluster.Silos.Count)));
        var whole = new Regex($$"""broker_sts_budget_available\{[^}]*\} {{Burst}}\b""");
        while (await AllAsync(cluster, metrics => !whole.IsMatch(metrics))) await Task.Yield();
    }

    static async Task<bool> AllAsync(FleetCluster cluster, Predicate<string> holds)
    {
        foreach (var silo in cluster.Silos)
            if (!holds(await MetricsAsync(silo))) return false;
        return true;
    }

    /// <summary>Only the silo that holds the budget shows how much of it there is.</summary>
    static async Task<ClusterNode> HolderAsync(FleetCluster cluster)
    {
        foreach (var silo in cluster.Silos)
            if ((await MetricsAsync(silo)).Contains("broker_sts_budget_available{", StringComparison.Ordinal)) return silo;
        throw new InvalidOperationException("No silo holds the budget.");
    }

    static async Task<string> MetricsAsync(ClusterNode silo)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(silo.Process.Management, "/metrics"));
    }
}
