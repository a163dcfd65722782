using Broker.Cluster;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;

namespace Broker.Tests.Cluster;

/// <summary>Silos as processes on the tests' PostgreSQL server. The tests of a class share one: each leaves all of its processes running.</summary>
public abstract class TestCluster(int apiTier) : IAsyncLifetime
{
    const int Silos = 3;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly string _data = Directory.CreateTempSubdirectory("broker-cluster-").FullName;
    readonly HttpClient _http = new();
    PostgresDatabase _database = null!;

    /// <summary>The processes.</summary>
    public LocalCluster Running { get; private set; } = null!;

    /// <summary>The calls of AssumeRole so far.</summary>
    public long AssumeRoleCalls => Running.Emulator.AssumeRoleCalls;

    public async Task InitializeAsync()
    {
        // Every test is skipped then, or says what is missing.
        if (!PostgresServer.IsThere) return;
        _database = await PostgresServer.CreateAsync();
        Running = await LocalCluster.StartAsync(new(_data, Silos, apiTier, TestBroker.AdminKey, _database.AsSilo, _database.AsOwner));
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        if (Running is not null)
        {
            // How it stops is a test's own matter; here nobody needs to be waited for.
            await Running.KillAsync();
            await Running.DisposeAsync();
        }
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>How many silos the cluster takes for living.</summary>
    public Task<object?> ActiveSilosAsync() => _database.SqlAsync("SELECT count(*) FROM OrleansMembershipTable WHERE Status = 3");

    internal Task<Answer> SendAsync(ClusterNode node, HttpMethod method, string path, object? body = null) =>
        Answer.OfAsync(_http, method, new(node.Process.Api, path), body, TestBroker.AdminKey);

    /// <summary>The first answer that is not that of a cluster which still notices who has ended.</summary>
    internal async Task<Answer> LastingAsync(ClusterNode node, HttpMethod method, string path, object? body = null)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await SendAsync(node, method, path, body);
            if (answer.Status != 503 || TimeProvider.System.GetElapsedTime(since) > Patience) return answer.DemandSuccess();
        }
    }
}

/// <summary>Each silo serves the API.</summary>
public sealed class ClusterOfSilos() : TestCluster(apiTier: 0);

/// <summary>Two API processes are clients of the silos.</summary>
public sealed class ClusterWithApiTier() : TestCluster(apiTier: 2);
