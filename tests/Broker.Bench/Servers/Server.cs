namespace Broker.Bench.Servers;

/// <summary>What a case asks: one address, and every process that works for it. The emulated cloud is none of them.</summary>
/// <param name="Address">Where it answers.</param>
/// <param name="Processes">Its processes, in the order in which they started.</param>
sealed record Server(Uri Address, IReadOnlyList<ServerProcess> Processes) : IAsyncDisposable
{
    /// <summary>Their ids.</summary>
    public IEnumerable<int> ProcessIds => Processes.Select(process => process.Id);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes.Reverse()) await process.DisposeAsync();
    }
}

/// <summary>The servers by name.</summary>
static class ServerNames
{
    public const string Kestrel = "kestrel", SampleCSharp = "sample-csharp", SampleNode = "sample-node",
        Broker = "broker", BrokerApi = "broker-api", BrokerWithMetrics = "broker-with-metrics", BrokerWithoutMetrics = "broker-without-metrics", BrokerTraced = "broker-traced";
}
