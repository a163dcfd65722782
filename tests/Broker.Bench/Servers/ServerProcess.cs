using System.Diagnostics;
using Broker.Cluster;

namespace Broker.Bench.Servers;

/// <summary>A server as a process of its own, on free ports of loopback.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    readonly Process _process;
    readonly Task<int> _ended;

    ServerProcess(Process process, Task<int> ended) => (_process, _ended) = (process, ended);

    public int Id => _process.Id;

    /// <summary>Where it listens, in the order in which it has said so.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>Starts it and waits until it says that it has started.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="settings">Its configuration.</param>
    /// <param name="logFile">Where its output goes.</param>
    /// <param name="cancellationToken">Ends the wait, and the process with it.</param>
    /// <exception cref="InvalidOperationException">It has ended instead. The message is the last of its output.</exception>
    public static async Task<ServerProcess> StartAsync(
        string[] command, IEnumerable<KeyValuePair<string, string?>> settings, string logFile, CancellationToken cancellationToken)
    {
        var output = new ProcessOutput(logFile);
        var (process, ended) = output.Start(command, settings);
        var started = new ServerProcess(process, ended);
        try
        {
            started.Addresses = await output.Ready.WaitAsync(cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop, and ends it when it does not in time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ended.IsCompleted) Signals.Terminate(Id);
        try { await _ended.WaitAsync(Patience, TimeProvider.System); }
        catch (TimeoutException)
        {
            _process.Kill();
            await _ended;
        }
        _process.Dispose();
    }
}
