using System.Collections.Concurrent;
using Broker.Cluster;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;

namespace Broker.Tests.Cluster;

/// <summary>What three silos keep, and go on doing, when one of them or all end.</summary>
public abstract class ClusterTests(TestCluster cluster)
{
    const int Changes = 10;

    static readonly string[] Roles = [.. Enumerable.Range(1, 12).Select(number => $"role{number}")];
    static readonly object Definition = new { Storage = "main", Access = (string[])["read"] };

    readonly string _tenant = $"t{Guid.NewGuid():N}"[..12];

    IReadOnlyList<ClusterNode> Silos => cluster.Running.Silos;
    IReadOnlyList<ClusterNode> Apis => cluster.Running.Apis;

    [PostgresFact]
    public async Task Every_API_answers_for_a_role_with_the_same_session()
    {
        var (before, sessions) = (cluster.AssumeRoleCalls, await MakeRolesAsync());
        Assert.Equal(Roles.Length, sessions.Distinct().Count());
        foreach (var api in Apis) Assert.Equal(sessions, await SessionsAsync(api));
        Assert.Equal(Roles.Length, cluster.AssumeRoleCalls - before);
    }

    [PostgresFact]
    public async Task A_killed_silo_takes_no_acknowledged_change_with_it_and_joins_again()
    {
        var (sessions, before, victim) = (await MakeRolesAsync(), cluster.AssumeRoleCalls, Silos[1]);
        var living = Apis.Where(api => api != victim).ToArray();
        var acknowledged = new ConcurrentBag<string>();
        await ChangeAsync(living, acknowledged);
        var meanwhile = ChangeAsync(living, acknowledged);
        await victim.Process.KillAsync();
        await meanwhile;
        foreach (var api in living)
        {
            foreach (var role in acknowledged) Assert.Equal(200, (await cluster.LastingAsync(api, HttpMethod.Get, TestBroker.RolePath(_tenant, role))).Status);
            Assert.Equal(sessions, await SessionsAsync(api));
        }
        await victim.StartAsync();
        await DemandWholeAsync(sessions, before);
    }

    [PostgresFact]
    public async Task A_silo_that_is_asked_to_stop_ends_well_and_the_others_answer_at_once()
    {
        var (sessions, before, victim) = (await MakeRolesAsync(), cluster.AssumeRoleCalls, Silos[2]);
        Assert.Equal(0, await victim.Process.StopAsync());
        foreach (var api in Apis.Where(api => api != victim)) Assert.Equal(sessions, await SessionsAsync(api));
        await victim.StartAsync();
        await DemandWholeAsync(sessions, before);
    }

    [PostgresFact]
    public async Task All_silos_killed_and_started_again_cost_no_call_of_STS()
    {
        var (sessions, before) = (await MakeRolesAsync(), cluster.AssumeRoleCalls);
        await Task.WhenAll(Silos.Select(silo => silo.Process.KillAsync()));
        await Task.WhenAll(Silos.Select(silo => silo.StartAsync()));
        await DemandWholeAsync(sessions, before);
    }

    /// <summary>A tenant with its roles, each made by another API.</summary>
    /// <returns>The AccessKeyIds of the roles' sessions.</returns>
    async Task<string[]> MakeRolesAsync()
    {
        await cluster.LastingAsync(Apis[0], HttpMethod.Put, $"/v1/tenants/{_tenant}", new { Storage = new[] { TestBroker.Storage(_tenant, $"tenants/{_tenant}/") } });
        await Task.WhenAll(Roles.Select((role, i) => cluster.LastingAsync(Apis[i % Apis.Count], HttpMethod.Put, TestBroker.RolePath(_tenant, role), Definition)));
        return await SessionsAsync(Apis[0]);
    }

    Task<string[]> SessionsAsync(ClusterNode api) => Task.WhenAll(Roles.Select(async role =>
        (await cluster.LastingAsync(api, HttpMethod.Get, $"{TestBroker.RolePath(_tenant, role)}/credentials")).AccessKeyId));

    /// <summary>Makes roles by these APIs until each has acknowledged some more.</summary>
    Task ChangeAsync(ClusterNode[] apis, ConcurrentBag<string> acknowledged) => Task.WhenAll(apis.Select(async api =>
    {
        for (var done = 0; done < Changes;)
        {
            var role = $"r{Guid.NewGuid():N}"[..12];
            if ((await cluster.SendAsync(api, HttpMethod.Put, TestBroker.RolePath(_tenant, role), Definition)).Status != 201) continue;
            acknowledged.Add(role);
            done++;
        }
    }));

    async Task DemandWholeAsync(string[] sessions, long calls)
    {
        Assert.Equal((long)Silos.Count, await cluster.ActiveSilosAsync());
        foreach (var api in Apis) Assert.Equal(sessions, await SessionsAsync(api));
        Assert.Equal(calls, cluster.AssumeRoleCalls);
    }
}

/// <summary>Many processes on few processors: nothing else runs beside.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneOnTheMachine
{
    public const string Name = "cluster";
}

[Collection(AloneOnTheMachine.Name)]
public sealed class SilosTests(ClusterOfSilos cluster) : ClusterTests(cluster), IClassFixture<ClusterOfSilos>;

[Collection(AloneOnTheMachine.Name)]
public sealed class ApiTierTests(ClusterWithApiTier cluster) : ClusterTests(cluster), IClassFixture<ClusterWithApiTier>;
