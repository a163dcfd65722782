using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd;

/// <summary>The account's rate, shared between tenants. The clock is the test's, so that a second is a second on any machine.</summary>
public sealed class StsBudgetTests(ITestOutputHelper output)
{
    static readonly DateTimeOffset Start = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _clock = new(Start);

    Task<TestBroker> StartAsync(double rate, int burst, Dictionary<string, string?>? more = null) => TestBroker.StartAsync(clock: _clock, settings: new(more ?? [])
    {
        ["StsBudget:RatePerSecond"] = $"{rate}",
        ["StsBudget:Burst"] = $"{burst}",
    });

    static async Task PutRolesAsync(TestBroker broker, string tenant, int roles)
    {
        await broker.PutTenantAsync(tenant);
        for (var i = 0; i < roles; i++) await broker.PutRoleAsync(tenant, $"role-{i}");
    }

    static List<Task<Answer>> AskAll(TestBroker broker, string tenant, int roles) =>
        [.. Enumerable.Range(0, roles).Select(i => broker.CredentialsAsync(tenant, $"role-{i}"))];

    static async Task<JsonElement> BudgetAsync(TestBroker broker) =>
        (await broker.GetAsync("/v1/sts-budget")).DemandSuccess().Json.GetProperty("items").EnumerateArray().Single(b => b.GetProperty("identity").GetString() == "default");

    static async Task<int> WaitingAsync(TestBroker broker) => (await BudgetAsync(broker)).GetProperty("waiting").GetInt32();

    [Fact]
    public async Task A_tenant_with_few_cold_roles_is_served_while_one_with_many_fills_the_budget()
    {
        const int rate = 8, burst = 2, many = 60, few = 5, queue = rate * 5;
        await using var broker = await StartAsync(rate, burst);
        await PutRolesAsync(broker, "large", many);
        await PutRolesAsync(broker, "small", few);
        await broker.SendAsync(HttpMethod.Put, $"{broker.Emulator.Sts}_emulator/limits", new { assumeRolePerSecond = rate + burst });

        var large = AskAll(broker, "large", many);
        await Until(() => large.Count(a => a.IsCompleted) == many - queue);
        var small = AskAll(broker, "small", few);
        await Until(async () => await WaitingAsync(broker) == queue + few);
        var stillWaiting = 0;
        for (var calls = burst; !large.TrueForAll(a => a.IsCompleted);)
        {
            _clock.Advance(TimeSpan.FromSeconds(1.0 / rate));
            calls++;
            await Until(() => broker.Emulator.AssumeRoleCalls == calls || large.TrueForAll(a => a.IsCompleted));
            if (calls == burst + 2 * few) await Task.WhenAll(small);
            if (calls == burst + 2 * few) stillWaiting = await WaitingAsync(broker);
        }

        Assert.All(await Task.WhenAll(small), a => Assert.Equal(200, a.Status));
        Assert.True(stillWaiting > queue / 2, $"{stillWaiting} of the large tenant's calls waited when the small one's were through");
        Assert.Equal(0, broker.Emulator.AssumeRoleRejections);
        var (served, most) = ((await Task.WhenAll(large)).Count(a => a.Status == 200), MostInOneSecond(broker));
        Assert.True(most <= rate + burst, $"{most} calls in one second");
        output.WriteLine($"rate {rate}/s, burst {burst}: at most {most} calls in one second, 0 throttled");
        output.WriteLine($"large tenant: {many} cold roles, {served} served within 5 s, the others refused with Retry-After");
        output.WriteLine($"small tenant: {few} cold roles, all served within {2 * few} places ({2.0 * few / rate:0.00} s), {stillWaiting} of the large one's still waiting");
    }

    [Fact]
    public async Task Whoever_does_as_told_gets_through_while_STS_throttles_below_the_budget()
    {
        const int few = 5, many = 40;
        await using var broker = await StartAsync(80, 20);
        await PutRolesAsync(broker, "large", many);
        await PutRolesAsync(broker, "small", few);
        await broker.SendAsync(HttpMethod.Put, $"{broker.Emulator.Sts}_emulator/limits", new { assumeRolePerSecond = 10 });

        var large = Enumerable.Range(0, many).Select(i => PersistAsync(broker, "large", i)).ToList();
        var small = Enumerable.Range(0, few).Select(i => PersistAsync(broker, "small", i)).ToList();
        var largeWhenSmallWasThrough = -1;
        while (!large.Concat(small).All(a => a.IsCompleted))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            // A round trip lets what has become due go on.
            await BudgetAsync(broker);
            if (largeWhenSmallWasThrough < 0 && small.TrueForAll(a => a.IsCompleted)) largeWhenSmallWasThrough = large.Count(a => a.IsCompleted);
        }
        Assert.Equal(many + few, broker.Emulator.AssumeRoleCalls);
        Assert.True(broker.Emulator.AssumeRoleRejections > 0);
        output.WriteLine($"STS allows 10/s, the budget 80/s: {many + few} cold roles served after {(_clock.GetUtcNow() - Start).TotalSeconds:0.0} s; {broker.Emulator.AssumeRoleRejections} calls throttled, at most {MostInOneSecond(broker)} in one second");
        output.WriteLine($"small tenant: {few} roles, the last one's tries: {(await Task.WhenAll(small)).Max()}; the large one had {largeWhenSmallWasThrough} of {many} when it was through");
    }

    [Fact]
    public async Task A_session_that_is_not_wanted_any_more_gives_its_place_back()
    {
        await using var broker = await StartAsync(rate: 0.5, burst: 1);
        await PutRolesAsync(broker, "acme", 3);
        await broker.CredentialsAsync("acme", "role-0");
        var waiting = AskAll(broker, "acme", 3);
        await Until(async () => await WaitingAsync(broker) == 2);
        // Answers only when nothing is being minted any more, though the clock stands.
        await broker.PutRoleAsync("acme", "role-1", new { storage = "main", access = new[] { "read" }, disabled = true });
        Assert.Equal(ErrorCode.RoleDisabled, (await waiting[1]).Code);
        await Until(async () => await WaitingAsync(broker) == 1);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(200, (await waiting[2]).Status);
        Assert.Equal(2, broker.Emulator.AssumeRoleCalls);
    }

    [Fact]
    public async Task Administrators_see_each_identitys_rate_use_penalty_and_renewals()
    {
        await using var broker = await StartAsync(80, 20, new()
        {
            ["StsBudget:Identities:china:RatePerSecond"] = "5", ["AlibabaCloud:Identities:china:AccessKeyId"] = "china", ["AlibabaCloud:Identities:china:AccessKeySecret"] = "secret",
        });
        await PutRolesAsync(broker, "acme", 4);
        for (var i = 0; i < 3; i++) await broker.CredentialsAsync("acme", $"role-{i}");
        await UntilRenewals(3);
        Assert.Equal(
            """{"items":[{"identity":"china","ratePerSecond":5,"used":0,"waiting":0,"penalisedUntil":null,"renewalsNextHour":0},{"identity":"default","ratePerSecond":80,"used":0.05,"waiting":0,"penalisedUntil":null,"renewalsNextHour":3}],"nextPageToken":null}""",
            (await broker.GetAsync("/v1/sts-budget")).Text);
        await broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "role-0")}/revoke");
        await UntilRenewals(2);
        // Renewed earlier, it counts once.
        (await broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "role-1")}/refresh")).DemandSuccess();
        await UntilRenewals(2);

        broker.Emulator.Fail(new("AssumeRole", 400, "Throttling.User", 1, 0, 30_000));
        await broker.CredentialsAsync("acme", "role-3");
        Assert.Equal("2026-11-24T00:00:30Z", (await BudgetAsync(broker)).GetProperty("penalisedUntil").GetString());
        _clock.Advance(TimeSpan.FromMinutes(1));
        var later = await BudgetAsync(broker);
        Assert.Equal((JsonValueKind.Null, 0), (later.GetProperty("penalisedUntil").ValueKind, later.GetProperty("used").GetDouble()));
        var metrics = (await broker.GetAsync($"{broker.Management}metrics", key: null)).Text;
        Assert.Contains("broker_sts_budget_available", metrics, StringComparison.Ordinal);
        Assert.Contains("broker_sts_budget_waiting", metrics, StringComparison.Ordinal);

        Task UntilRenewals(int roles) => Until(async () => (await BudgetAsync(broker)).GetProperty("renewalsNextHour").GetInt32() == roles);
    }

    /// <summary>Asks until there is an answer, waiting as it is told; how often it took.</summary>
    async Task<int> PersistAsync(TestBroker broker, string tenant, int role)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = await broker.CredentialsAsync(tenant, $"role-{role}");
            if (answer.Status == 200) return tries;
            await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value, _clock);
        }
    }

    static int MostInOneSecond(TestBroker broker)
    {
        var calls = broker.Emulator.Requests.Where(r => r.Operation == "AssumeRole").Select(r => r.At).ToList();
        return calls.Max(from => calls.Count(at => at >= from && at < from.AddSeconds(1)));
    }

    static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    /// <summary>Looks again at each turn of the scheduler: the events come from sockets, not from a clock.</summary>
    static async Task Until(Func<Task<bool>> condition)
    {
        while (!await condition()) await Task.Yield();
    }
}
