using System.Diagnostics;

namespace Broker.Cluster;

/// <summary>A program of ours as a process of its own, with its listeners on free ports of loopback.</summary>
public sealed class BrokerProcess : IAsyncDisposable
{
    readonly Process _process;

    BrokerProcess(Process process, Uri api, Uri management) => (_process, Id, Api, Management, Ended) = (process, process.Id, api, management, EndAsync(process));

    /// <summary>Its id: of itself, not of a program that has started it.</summary>
    public int Id { get; }

    /// <summary>Where its API listens.</summary>
    public Uri Api { get; }

    /// <summary>Where it answers operators.</summary>
    public Uri Management { get; }

    /// <summary>Its exit code, once it has ended in whatever way; that of a killed one is 137.</summary>
    public Task<int> Ended { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="project">The project's folder, from the root of the repository.</param>
    /// <param name="settings">Its configuration besides the addresses.</param>
    /// <param name="logFile">Where its output goes, after what is there already; null: nowhere.</param>
    /// <param name="cancellationToken">Ends the wait, and the process with it.</param>
    /// <exception cref="InvalidOperationException">It has ended instead. The message is the last of its output.</exception>
    public static async Task<BrokerProcess> StartAsync(
        string project, IEnumerable<KeyValuePair<string, string?>> settings, string? logFile = null, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Program(project)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["Kestrel__Endpoints__Public__Url"] = "http://127.0.0.1:0";
        start.Environment["Management__Url"] = "http://127.0.0.1:0";
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var output = new ProcessOutput(logFile);
        var process = output.Start(start);
        try
        {
            var addresses = await output.Ready.WaitAsync(cancellationToken);
            var management = await ManagementOfAsync(addresses, cancellationToken);
            return new(process, addresses.Single(address => address != management), management);
        }
        catch
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            throw;
        }
    }

    /// <summary>Ends it as a crash does (SIGKILL), wherever it is.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await Ended;
    }

    /// <summary>Asks it to stop (SIGTERM).</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken = default)
    {
        if (!Ended.IsCompleted) Signals.Terminate(Id);
        return await Ended.WaitAsync(cancellationToken);
    }

    /// <summary>Ends it at once if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted) await KillAsync();
        _process.Dispose();
    }

    static async Task<int> EndAsync(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Of the two listeners, only the management one shows metrics.</summary>
    static async Task<Uri> ManagementOfAsync(IReadOnlyList<Uri> addresses, CancellationToken cancellationToken)
    {
        using var probe = new HttpClient();
        foreach (var address in addresses)
            using (var response = await probe.GetAsync(new Uri(address, "/metrics"), cancellationToken))
                if (response.IsSuccessStatusCode) return address;
        throw new InvalidOperationException("The process has no management listener.");
    }
}
