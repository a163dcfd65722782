using System.Diagnostics;
using Broker.Silo.Storage;

namespace Broker.Cluster;

/// <summary>Reads what a program of ours prints: whether it is ready, where it listens, and why it is not.</summary>
sealed class ProcessOutput(string? logFile)
{
    const string Listening = "Now listening on: ", Started = "Application started";
    const int Kept = 20;

    readonly Lock _lock = new();
    readonly TextWriter _log = logFile is null ? TextWriter.Null : new StreamWriter(OwnerOnlyFile.Open(logFile, FileMode.Append)) { AutoFlush = true };
    readonly Queue<string> _last = new();
    readonly List<Uri> _addresses = [];
    readonly TaskCompletionSource<IReadOnlyList<Uri>> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where it listens, once it has started.</summary>
    /// <exception cref="InvalidOperationException">It has ended before.</exception>
    public Task<IReadOnlyList<Uri>> Ready => _ready.Task;

    /// <summary>The last lines so far.</summary>
    public string Last
    {
        get { lock (_lock) return string.Join('\n', _last); }
    }

    /// <summary>Starts it.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="settings">Its configuration; a later value of a name counts.</param>
    /// <returns>The process, and its exit code once all that it has said is read.</returns>
    public (Process Process, Task<int> Ended) Start(string[] command, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, received) => Read(received.Data);
        process.ErrorDataReceived += (_, received) => Read(received.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return (process, EndAsync(process));
    }

    void Read(string? line)
    {
        if (line is null) return;
        lock (_lock)
        {
            _log.WriteLine(line);
            _last.Enqueue(line);
            if (_last.Count > Kept) _last.Dequeue();
            if (Ready.IsCompleted) return;
            if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0 && Uri.TryCreate(line[(at + Listening.Length)..].Trim(), UriKind.Absolute, out var address)) _addresses.Add(address);
            if (line.Contains(Started, StringComparison.Ordinal)) _ready.TrySetResult([.. _addresses]);
        }
    }

    async Task<int> EndAsync(Process process)
    {
        // All output has been read by then.
        await process.WaitForExitAsync();
        lock (_lock)
        {
            _ready.TrySetException(new InvalidOperationException($"The process ended before it was ready: {Last}"));
            _log.Dispose();
        }
        return process.ExitCode;
    }
}
