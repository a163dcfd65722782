using System.Diagnostics;

namespace Broker.Tests.EndToEnd;

/// <summary>A program of ours as a process of its own, with its listeners on free ports of loopback.</summary>
sealed class BrokerProcess : IAsyncDisposable
{
    readonly Process _process;

    BrokerProcess(Process process) => _process = process;

    /// <summary>Where its API listens, once it is ready.</summary>
    public Uri Api { get; private set; } = null!;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="project">The project's folder, from the root of the repository.</param>
    /// <param name="settings">Its configuration besides the addresses and the administrator's key.</param>
    public static async Task<BrokerProcess> StartAsync(string project, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var started = Launch(project, settings);
        await started.ReadyAsync();
        return started;
    }

    /// <summary>Starts one that may never be ready.</summary>
    public static BrokerProcess Launch(string project, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Program(project)]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["AdminKey"] = TestBroker.AdminKey;
        start.Environment["Kestrel__Endpoints__Public__Url"] = "http://127.0.0.1:0";
        start.Environment["Management__Url"] = "http://127.0.0.1:0";
        return new(Process.Start(start)!);
    }

    async Task ReadyAsync()
    {
        var (addresses, lines) = (new List<Uri>(), new List<string>());
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.IndexOf("Now listening on: ", StringComparison.Ordinal) is var at and >= 0) addresses.Add(new(line[(at + 18)..].Trim()));
            if (!line.Contains("Application started", StringComparison.Ordinal)) continue;
            _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            Api = await PublicOfAsync(addresses);
            return;
        }
        throw new InvalidOperationException($"The process ended before it was ready: {string.Join('\n', lines)}");
    }

    /// <summary>Ends it as a crash does (SIGKILL), wherever it is.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    static string Program(string project)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Broker.sln"))) root = Path.GetDirectoryName(root)!;
        var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        return Path.Combine(root, project, "bin", configuration, "net10.0", $"{Path.GetFileName(project)}.dll");
    }

    /// <summary>Of the two listeners, only the management one shows metrics.</summary>
    static async Task<Uri> PublicOfAsync(List<Uri> addresses)
    {
        using var probe = new HttpClient();
        foreach (var address in addresses)
            using (var response = await probe.GetAsync(new Uri(address, "/metrics")))
                if (!response.IsSuccessStatusCode) return address;
        throw new InvalidOperationException("The process has no public listener.");
    }
}
