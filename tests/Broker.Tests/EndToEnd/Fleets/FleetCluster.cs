using Broker.Cluster;
using Broker.Emulator;
using Broker.Tests.Storage;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>Three silo processes, or more, with tenants and roles, and their administrator.</summary>
sealed class FleetCluster : IAsyncDisposable
{
    const int RolesPerTenant = 500, MostRoles = 10_000;

    static readonly TimeSpan AdministratorsPatience = TimeSpan.FromSeconds(60);

    readonly LocalCluster _cluster;
    readonly HttpClient _http = UntracedHttp.Create();

    FleetCluster(LocalCluster cluster, PostgresDatabase database, string data)
    {
        (_cluster, Database, Data) = (cluster, database, data);
        _http.Timeout = AdministratorsPatience;
    }

    public PostgresDatabase Database { get; }

    /// <summary>The directory of all that it keeps outside of the database.</summary>
    public string Data { get; }

    public EmulatorHost Emulator => _cluster.Emulator;
    public IReadOnlyList<ClusterNode> Silos => _cluster.Silos;
    public IReadOnlyList<ClusterNode> Apis => _cluster.Apis;

    public static async Task<FleetCluster> StartAsync(int silos = 3, int apiTier = 0, PostgresDatabase? database = null, Func<int, Dictionary<string, string?>>? ofSilo = null, Func<int, string?>? networkOf = null)
    {
        database ??= await PostgresServer.CreateAsync();
        var data = Directory.CreateTempSubdirectory("broker-fleet-").FullName;
        var settings = new ClusterSettings(data, silos, apiTier, TestBroker.AdminKey, database.AsSilo, database.AsOwner) { OfSilo = ofSilo ?? (_ => []), NetworkOf = networkOf ?? (_ => null) };
        return new(await LocalCluster.StartAsync(settings), database, data);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        // How it stops is a test's own matter; here nobody needs to be waited for.
        await _cluster.KillAsync();
        await _cluster.DisposeAsync();
    }

    /// <summary>As the administrator, by the first API process that lives unless another is named.</summary>
    public Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, ClusterNode? by = null, string key = TestBroker.AdminKey)
    {
        var node = by ?? Apis.First(api => !api.Process.Ended.IsCompleted);
        return Answer.OfAsync(_http, method, new(node.Process.Api, path), body, key);
    }

    /// <summary>Makes so many roles, and a key for each.</summary>
    public async Task<FleetRole[]> MakeRolesAsync(int count, int durationSeconds = 3600, string prefix = "fleet")
    {
        var roles = new List<FleetRole>();
        foreach (var tenantRoles in Enumerable.Range(0, count).Chunk(RolesPerTenant))
            roles.AddRange(await MakeTenantAsync($"{prefix}-{tenantRoles[0] / RolesPerTenant}", tenantRoles, durationSeconds));
        return [.. roles];
    }

    /// <summary>Makes a tenant with roles of these numbers, none of which has credentials yet.</summary>
    public async Task<FleetRole[]> MakeTenantAsync(string tenant, IEnumerable<int> numbers, int durationSeconds = 3600)
    {
        (await SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}", new { Storage = new[] { Storage(tenant) }, Limits = new { Roles = MostRoles } })).DemandSuccess();
        var key = (await SendAsync(HttpMethod.Post, $"/v1/tenants/{tenant}/api-keys", new { scopes = new[] { "credentials:read", "signed-urls:create" } }))
            .DemandSuccess().Json.GetProperty("apiKey").GetString()!;
        FleetRole[] roles = [.. numbers.Select(number => new FleetRole(TestBroker.RolePath(tenant, $"role-{number}"), key))];
        await Parallel.ForEachAsync(roles, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (role, _) =>
            (await SendAsync(HttpMethod.Put, role.Path, new { storage = "main", access = new[] { "read" }, durationSeconds })).DemandSuccess());
        return roles;
    }

    static object Storage(string tenant) => new
    {
        Name = "main", RoleArn = $"acs:ram::{EmulatorOptions.Account}:role/tests", Bucket = Quickstart.DemoTenant.Bucket, Region = "cn-hangzhou", KeyPrefix = $"tenants/{tenant}/",
    };
}

/// <summary>A role of the fleet, and a key for it. Prints no key.</summary>
sealed record FleetRole(string Path, string Key)
{
    public override string ToString() => Path;
}
