using System.Diagnostics;
using System.Globalization;
using Broker.Bench.Figures;
using Broker.Cluster;

namespace Broker.Bench.Cases;

/// <summary>Runs wrk. One thread of it is enough on a machine whose other processor is the server's.</summary>
static class Wrk
{
    public const int Threads = 1;

    static readonly string Script = Path.Combine(Repository.Root, "tests", "Broker.Bench", "wrk", "load.lua");

    /// <summary>Asks as fast as it is answered.</summary>
    /// <param name="address">Which server.</param>
    /// <param name="requests">The file of requests, as the script reads it.</param>
    /// <param name="connections">How many connections ask.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<WrkReport> RunAsync(Uri address, string requests, int connections, int seconds, CancellationToken cancellationToken)
    {
        string[] arguments = [$"-t{Threads}", $"-c{connections}", $"-d{seconds.ToString(CultureInfo.InvariantCulture)}s", "--timeout", "10s", "-s", Script, address.ToString(), "--", requests];
        using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
        try
        {
            var output = await wrk.StandardOutput.ReadToEndAsync(cancellationToken);
            await wrk.WaitForExitAsync(cancellationToken);
            return WrkReport.Parse(output);
        }
        finally
        {
            if (!wrk.HasExited) wrk.Kill();
        }
    }
}
