using System.Text.Json;

namespace Broker.Emulator.State;

/// <summary>A file of JSON lines to which every entry is appended at once, so that a kill loses nothing; none without a directory.</summary>
sealed class Journal<T> : IDisposable
{
    readonly StreamWriter? _writer;

    public Journal(string? directory, string name)
    {
        if (directory is null) return;
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, name);
        // The last line of a killed process may be a part of one.
        if (File.Exists(path))
            foreach (var line in File.ReadLines(path))
                if (TryRead(line, out var entry)) Entries.Add(entry);
        _writer = new StreamWriter(path, append: true) { AutoFlush = true };
        _writer.WriteLine();
    }

    /// <summary>What the last processes left.</summary>
    public List<T> Entries { get; } = [];

    public void Append(T entry)
    {
        if (_writer is null) return;
        lock (_writer) _writer.WriteLine(JsonSerializer.Serialize(entry));
    }

    public void Dispose() => _writer?.Dispose();

    static bool TryRead(string line, out T entry)
    {
        entry = default!;
        if (line.Length == 0) return false;
        try { entry = JsonSerializer.Deserialize<T>(line)!; }
        catch (JsonException) { return false; }
        return entry is not null;
    }
}
