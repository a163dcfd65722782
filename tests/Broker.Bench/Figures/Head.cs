using System.Diagnostics;
using System.Runtime.InteropServices;
using Broker.Bench.Cases;
using Broker.Cluster;

namespace Broker.Bench.Figures;

/// <summary>On what machine and of what commit the figures are, and how they were made.</summary>
sealed record Head(string Processor, int Processors, string Runtime, string Commit, DateTimeOffset At, int Rounds, int Seconds, IReadOnlyList<string> Method)
{
    static readonly string[] How =
    [
        $"wrk with {Wrk.Threads} thread and {LoadCase.UsualConnections} connections ({CaseNames.Urls}: 1, so that its p50 is that of one batch), over loopback, on the machine that the servers run on.",
        $"Rounds take turns, after {BenchRun.WarmUps} of at least {BenchRun.WarmUpSeconds} s that warm up and do not count; all servers run throughout. Ratios are of the same round.",
        "CPU is of all processes of the server, without the emulated STS.",
        "The broker: SQLite, an API key, audit, metrics, and limits of 1,000,000 requests per second for tenant, role and key; STS budget of 10,000 per second.",
        $"{CaseNames.BrokerApi}: TLS between its two processes. Roles are made and warmed by the API before the rounds.",
        "Bare Kestrel and the sample in C# have the broker's settings of the runtime: server GC, and workers that do not spin.",
        "The samples keep connections to STS and log nothing, which is kinder than the guide.",
    ];

    public static Head Of(BenchOptions options) => new(
        ModelOf(File.ReadLines("/proc/cpuinfo")), Environment.ProcessorCount, RuntimeInformation.FrameworkDescription, DescribeCommit(),
        TimeProvider.System.GetUtcNow(), options.Rounds, options.Seconds, How);

    /// <summary>The processor's name in <c>/proc/cpuinfo</c>.</summary>
    public static string ModelOf(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();

    static string DescribeCommit()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", Repository.Root, "describe", "--always", "--dirty"]) { RedirectStandardOutput = true })!;
        return git.StandardOutput.ReadToEnd().Trim();
    }
}
