using System.Runtime.InteropServices;

namespace Broker.Cluster;

/// <summary>The system's signals: that which stops a process of ours, and those that stop this one.</summary>
sealed class Signals : IDisposable
{
    const int Term = 15;

    readonly CancellationTokenSource _stopping = new();
    readonly PosixSignalRegistration[] _registrations;

    /// <summary>From now on Ctrl-C and its like end nothing by themselves; they are told by <see cref="Stopping"/>.</summary>
    public Signals() => _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    /// <summary>Cancelled when this process is asked to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Asks a process to stop (SIGTERM).</summary>
    public static void Terminate(int process) => _ = Kill(process, Term);

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stopping.Dispose();
    }

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _stopping.Cancel();
    }

    [DllImport("libc", EntryPoint = "kill")]
    static extern int Kill(int process, int signal);
}
