using System.Security.Cryptography;
using Broker.Emulator;
using Broker.Quickstart;

namespace Broker.Cluster;

/// <summary>Silos and API processes on one PostgreSQL database, beside the emulator, all on loopback.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    const string KeyId = "emulated-user";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    LocalCluster(EmulatorHost emulator, IReadOnlyList<ClusterNode> silos, IReadOnlyList<ClusterNode> apiTier) =>
        (Emulator, Silos, ApiTier) = (emulator, silos, apiTier);

    /// <summary>STS and OSS, in this process.</summary>
    public EmulatorHost Emulator { get; }

    /// <summary>The silos.</summary>
    public IReadOnlyList<ClusterNode> Silos { get; }

    /// <summary>The API processes besides.</summary>
    public IReadOnlyList<ClusterNode> ApiTier { get; }

    /// <summary>The processes whose API is meant for callers.</summary>
    public IReadOnlyList<ClusterNode> Apis => ApiTier.Count > 0 ? ApiTier : Silos;

    /// <summary>Starts all of it, and waits until it is ready. Finds what an earlier one left in the same directory and database.</summary>
    public static async Task<LocalCluster> StartAsync(ClusterSettings settings, CancellationToken cancellationToken = default)
    {
        var nodes = new ClusterNodes(settings);
        var emulatorData = Path.Combine(settings.Data, "emulator");
        DataDirectory.Make(emulatorData);
        var keySecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        var emulator = await EmulatorHost.StartAsync(new()
        {
            DataDirectory = emulatorData,
            AccessKeys = new Dictionary<string, string> { [KeyId] = keySecret },
            Buckets = new Dictionary<string, string> { [DemoTenant.Bucket] = DemoTenant.Region },
        }, cancellationToken);
        var cluster = new LocalCluster(emulator, nodes.Silos(emulator.Sts, KeyId, keySecret), nodes.ApiTier());
        try
        {
            await StartAsync(cluster.Silos, cancellationToken);
            await StartAsync(cluster.ApiTier, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops all of it. What does not stop in time is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(ApiTier);
        await EndAsync(Silos);
        await Emulator.DisposeAsync();
    }

    /// <summary>Ends every process as a power cut does.</summary>
    public Task KillAsync() => Task.WhenAll(Silos.Concat(ApiTier).Where(node => !node.Process.Ended.IsCompleted).Select(node => node.Process.KillAsync()));

    /// <summary>As many at once as there are processors. When one fails, the others are not waited for.</summary>
    static Task StartAsync(IReadOnlyList<ClusterNode> nodes, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(nodes, cancellationToken, async (node, cancelled) => await node.StartAsync(cancelled));

    static async Task EndAsync(IReadOnlyList<ClusterNode> nodes)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await Task.WhenAll(nodes.Select(node => node.EndAsync(patience.Token)));
    }
}
