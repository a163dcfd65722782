using System.Collections.Concurrent;

namespace Broker.Emulator.State;

/// <summary>How often each operation was answered, and how often it was refused.</summary>
sealed class Counters : IDisposable
{
    readonly ConcurrentDictionary<string, long> _counts = new() { ["assumeRole"] = 0, ["assumeRoleRejected"] = 0 };
    readonly Journal<string> _journal;

    public Counters(string? directory)
    {
        _journal = new(directory, "counters.jsonl");
        foreach (var name in _journal.Entries) Increase(name);
    }

    public IReadOnlyDictionary<string, long> All => new SortedDictionary<string, long>(_counts);

    public long this[string name] => _counts.GetValueOrDefault(name);

    public void Count(string operation, bool accepted)
    {
        var name = char.ToLowerInvariant(operation[0]) + operation[1..] + (accepted ? "" : "Rejected");
        Increase(name);
        _journal.Append(name);
    }

    public void Dispose() => _journal.Dispose();

    void Increase(string name) => _counts.AddOrUpdate(name, 1, (_, count) => count + 1);
}
