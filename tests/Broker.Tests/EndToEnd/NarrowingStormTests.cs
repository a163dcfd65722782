using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd;

/// <summary>One tenant asks for more narrowed sessions than it may have, on the real clock.</summary>
public sealed class NarrowingStormTests(ITestOutputHelper output)
{
    const int Asked = 5000, MintsPerSecond = 5, Burst = 5;

    [Fact]
    public async Task Five_thousand_narrowings_are_minted_at_the_tenants_rate_leave_nothing_behind_and_keep_no_other_tenant_from_its_own()
    {
        await using var broker = await TestBroker.StartAsync();
        foreach (var tenant in (string[])["acme", "other"])
        {
            await broker.PutTenantAsync(tenant);
            await broker.PutRoleAsync(tenant, "uploads");
        }
        var warm = (await broker.CredentialsAsync("other", "uploads")).DemandSuccess().AccessKeyId;
        var alone = new List<TimeSpan>();
        while (alone.Count < 200) alone.Add(await AskAsync(broker, warm));

        var before = broker.Emulator.AssumeRoleCalls;
        var began = TimeProvider.System.GetTimestamp();
        var storm = StormAsync(broker);
        var beside = new List<TimeSpan>();
        while (!storm.IsCompleted) beside.Add(await AskAsync(broker, warm));
        var answers = await storm;
        var elapsed = TimeProvider.System.GetElapsedTime(began);

        var minted = broker.Emulator.AssumeRoleCalls - before;
        Assert.All(answers, a => Assert.True(a.Status is 200 or 429, a.Text));
        Assert.All(answers.Where(a => a.Status == 429), a => Assert.NotNull(a.Headers.RetryAfter));
        Assert.Equal(minted, answers.Count(a => a.Status == 200));
        Assert.InRange(minted, Burst, Burst + MintsPerSecond * elapsed.TotalSeconds);
        output.WriteLine($"{minted} minted of {Asked} in {elapsed.TotalSeconds:F1} s; {beside.Count} requests of the other tenant beside them, at the median {Median(beside) / Median(alone):F1} times as long as alone.");

        Assert.Equal(0L, await RowsAsync(broker));
        await DemandActivationsAsync(broker, minted);
    }

    static async Task<List<Answer>> StormAsync(TestBroker broker)
    {
        var answers = new List<Answer>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Asked), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            var answer = await broker.CredentialsAsync("acme", "uploads", query: $"?prefix=p{i}/");
            lock (answers) answers.Add(answer);
        });
        return answers;
    }

    static async Task<TimeSpan> AskAsync(TestBroker broker, string warm)
    {
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal(warm, (await broker.CredentialsAsync("other", "uploads")).DemandSuccess().AccessKeyId);
        return TimeProvider.System.GetElapsedTime(began);
    }

    static Task<object?> RowsAsync(TestBroker broker) =>
        broker.SqlAsync("SELECT COUNT(*) FROM OrleansStorage WHERE GrainIdExtensionString LIKE 'n/%' OR GrainIdExtensionString LIKE 'm/%'");

    /// <summary>What was refused goes from memory too, as soon as Orleans has got to it.</summary>
    static async Task DemandActivationsAsync(TestBroker broker, long most)
    {
        var management = broker.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        var began = TimeProvider.System.GetTimestamp();
        int count;
        do
        {
            var statistics = await management.GetSimpleGrainStatistics();
            count = statistics.Where(s => s.GrainType.Contains("NarrowedCredentialsGrain", StringComparison.Ordinal)).Sum(s => s.ActivationCount);
        }
        while (count > most && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30));
        Assert.InRange(count, 1, most);
    }

    static double Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2).TotalMilliseconds;
}
