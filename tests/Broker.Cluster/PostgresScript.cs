using System.Diagnostics;

namespace Broker.Cluster;

/// <summary>The PostgreSQL server of <c>tests/postgres</c>, with all that it has in one directory. Stops when it is disposed of.</summary>
sealed class PostgresScript(string directory) : IAsyncDisposable
{
    /// <summary>Not to be cancelled: what was begun is to be whole, so that it can be stopped.</summary>
    /// <returns>A superuser's connection string.</returns>
    public async Task<string> StartAsync() => (await RunAsync("start")).Trim();

    /// <summary>The data stay; the next start takes the same port.</summary>
    public Task StopAsync() => RunAsync("stop");

    public async ValueTask DisposeAsync() => await StopAsync();

    async Task<string> RunAsync(string command)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "tests", "postgres"), [command, directory]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"tests/postgres {command} {directory} has failed.");
    }
}
