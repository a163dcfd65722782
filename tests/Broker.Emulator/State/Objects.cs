using System.Collections.Concurrent;

namespace Broker.Emulator.State;

/// <summary>An object: what a client sent and gets back.</summary>
sealed record StoredObject(string Bucket, string Key, byte[] Content, string ETag, DateTimeOffset LastModified, Dictionary<string, string> Headers, bool Deleted = false);

/// <summary>The objects of every bucket.</summary>
sealed class Objects : IDisposable
{
    readonly ConcurrentDictionary<(string Bucket, string Key), StoredObject> _objects = new();
    readonly Journal<StoredObject> _journal;

    public Objects(string? directory)
    {
        _journal = new(directory, "objects.jsonl");
        foreach (var stored in _journal.Entries) Apply(stored);
    }

    public StoredObject? Find(string bucket, string key) => _objects.GetValueOrDefault((bucket, key));

    /// <summary>The objects whose keys begin so, by key.</summary>
    public IEnumerable<StoredObject> Below(string bucket, string prefix) =>
        _objects.Values.Where(o => o.Bucket == bucket && o.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(o => o.Key, StringComparer.Ordinal);

    /// <summary>Stores it; false when one is there already and may not be replaced.</summary>
    public bool TryPut(StoredObject stored, bool forbidOverwrite)
    {
        if (forbidOverwrite && !_objects.TryAdd((stored.Bucket, stored.Key), stored)) return false;
        Apply(stored);
        _journal.Append(stored);
        return true;
    }

    public void Delete(string bucket, string key)
    {
        if (!_objects.TryRemove((bucket, key), out var stored)) return;
        _journal.Append(stored with { Content = [], Deleted = true });
    }

    public void Dispose() => _journal.Dispose();

    void Apply(StoredObject stored)
    {
        if (stored.Deleted) _objects.TryRemove((stored.Bucket, stored.Key), out _);
        else _objects[(stored.Bucket, stored.Key)] = stored;
    }
}
