using System.Collections.Concurrent;
using Broker.Emulator.Control;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd;

/// <summary>The kill switch of one tenant, thrown again and again amid clients of several. <c>BROKER_SUSPENSIONS</c> says how often.</summary>
public sealed class SuspendUnderLoadTests(ITestOutputHelper output)
{
    const int ClientsPerTenant = 3, VendsPerRound = 20;

    static readonly string[] Others = ["globex", "initech", "umbrella"];

    readonly int _rounds = LongRun.Of("BROKER_SUSPENSIONS", 5);
    readonly ConcurrentBag<string> _vendedAfter = [], _refusedToOthers = [];
    // Odd while the tenant is suspended: a request that spans a resumption is of no use.
    int _turns, _toOthers;

    [Fact]
    public async Task A_suspended_tenant_is_vended_nothing_and_the_others_are_vended_all_the_while()
    {
        await using var broker = await TestBroker.StartAsync();
        foreach (var tenant in Others.Prepend("acme"))
        {
            await broker.PutTenantAsync(tenant);
            await broker.PutRoleAsync(tenant, "uploads");
            (await broker.CredentialsAsync(tenant, "uploads")).DemandSuccess();
        }
        // Slow enough that mints are in flight when the switch is thrown.
        broker.Emulator.Fail(new Fault("AssumeRole", null, null, 0, 50));
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, ClientsPerTenant)
            .SelectMany(n => Others.Select(tenant => BesideAsync(broker, tenant, stop.Token)).Append(SuspendedAsync(broker, n, stop.Token))).ToArray();
        var (meanwhile, after) = (0, 0);
        for (var round = 0; round < _rounds; round++)
        {
            await OthersVendedAsync(Volatile.Read(ref _toOthers) + VendsPerRound);
            var before = Volatile.Read(ref _toOthers);
            (await broker.SendAsync(HttpMethod.Post, "/v1/tenants/acme/suspend")).DemandSuccess();
            Interlocked.Increment(ref _turns);
            var answered = Volatile.Read(ref _toOthers);
            await OthersVendedAsync(answered + VendsPerRound);
            (meanwhile, after) = (meanwhile + answered - before, after + Volatile.Read(ref _toOthers) - answered);
            Interlocked.Increment(ref _turns);
            (await broker.SendAsync(HttpMethod.Post, "/v1/tenants/acme/resume")).DemandSuccess();
        }
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Empty(_vendedAfter);
        Assert.Empty(_refusedToOthers);
        output.WriteLine($"{_rounds} suspensions amid {clients.Length} clients: 0 vends to the suspended tenant after an answer; to the others {meanwhile} while the switch was thrown and {after} while it stood, none refused.");
    }

    /// <summary>Asks for the tenant that is suspended, half of the time for what must be minted first.</summary>
    async Task SuspendedAsync(TestBroker broker, int client, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var turn = Volatile.Read(ref _turns);
            var answer = await broker.CredentialsAsync("acme", "uploads", query: i % 2 == 0 ? "" : $"?prefix=c{client}-{i}/");
            if (answer.Status == 200 && turn % 2 == 1 && turn == Volatile.Read(ref _turns)) _vendedAfter.Add(answer.AccessKeyId);
        }
    }

    async Task BesideAsync(TestBroker broker, string tenant, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var answer = await broker.CredentialsAsync(tenant, "uploads");
            if (answer.Status == 200) Interlocked.Increment(ref _toOthers);
            else _refusedToOthers.Add(answer.Text);
        }
    }

    async Task OthersVendedAsync(int total)
    {
        while (Volatile.Read(ref _toOthers) < total && _refusedToOthers.IsEmpty) await Task.Yield();
    }
}
