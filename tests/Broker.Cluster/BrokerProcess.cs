using System.Diagnostics;

namespace Broker.Cluster;

/// <summary>A program of ours as a process of its own, with its listeners on free ports of loopback.</summary>
public sealed class BrokerProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly ProcessOutput _output;
    (Uri Api, Uri Management)? _listeners;

    BrokerProcess(Process process, Task<int> ended, ProcessOutput output) => (_process, _output, Id, Ended) = (process, output, process.Id, ended);

    /// <summary>Its id: of itself, not of a program that has started it.</summary>
    public int Id { get; }

    /// <summary>Where its API listens, once it is ready.</summary>
    public Uri Api => Listeners.Api;

    /// <summary>Where it answers operators, once it is ready.</summary>
    public Uri Management => Listeners.Management;

    /// <summary>Its exit code, once it has ended in whatever way and its output is complete; that of a killed one is 137.</summary>
    public Task<int> Ended { get; }

    (Uri Api, Uri Management) Listeners => _listeners ?? throw new InvalidOperationException("The process is not ready.");

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="project">The project's folder, from the root of the repository.</param>
    /// <param name="settings">Its configuration besides the addresses.</param>
    /// <param name="logFile">Where its output goes, after what is there already; null: nowhere.</param>
    /// <param name="network">The network namespace in which it runs; null: this process's own.</param>
    /// <param name="cancellationToken">Ends the wait, and the process with it.</param>
    /// <exception cref="InvalidOperationException">It has ended instead. The message is the last of its output.</exception>
    public static async Task<BrokerProcess> StartAsync(
        string project, IEnumerable<KeyValuePair<string, string?>> settings, string? logFile = null, string? network = null, CancellationToken cancellationToken = default)
    {
        var started = Launch(project, settings, logFile, network);
        try
        {
            await started.ReadyAsync(cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one that may never be ready.</summary>
    public static BrokerProcess Launch(string project, IEnumerable<KeyValuePair<string, string?>> settings, string? logFile = null, string? network = null)
    {
        // `ip netns exec` becomes what it runs, so that the process is the program itself.
        string[] command = [.. network is null ? Array.Empty<string>() : ["ip", "netns", "exec", network], "dotnet", Repository.Program(project)];
        var output = new ProcessOutput(logFile);
        var (process, ended) = output.Start(command,
        [
            new("DOTNET_ENVIRONMENT", "Development"),
            new("Kestrel:Endpoints:Public:Url", "http://127.0.0.1:0"),
            new("Management:Url", "http://127.0.0.1:0"),
            .. settings,
        ]);
        return new(process, ended, output);
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

    async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var addresses = await _output.Ready.WaitAsync(cancellationToken);
        var management = await ManagementOfAsync(addresses, cancellationToken);
        _listeners = (addresses.Single(address => address != management), management);
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
