using Broker.Cluster;
using Broker.Emulator;
using Broker.Quickstart;

namespace Broker.Bench.Serving;

/// <summary>STS and OSS as a process of their own; it keeps nothing on disk and limits no rate.</summary>
static class EmulatedCloud
{
    // Known to nothing but this emulator, which lives on loopback as long as the run.
    public const string Name = "cloud", KeyId = "bench", KeySecret = "bench-secret";

    public static async Task<int> RunAsync()
    {
        await using var emulator = await EmulatorHost.StartAsync(new()
        {
            AccessKeys = new Dictionary<string, string> { [KeyId] = KeySecret },
            Buckets = new Dictionary<string, string> { [DemoTenant.Bucket] = DemoTenant.Region },
        }, CancellationToken.None);
        using var signals = new Signals();
        var stop = new TaskCompletionSource();
        using var stopping = signals.Stopping.Register(stop.SetResult);
        ServedProgram.Announce([emulator.Sts.ToString(), emulator.Oss.ToString()]);
        await stop.Task;
        return 0;
    }
}
