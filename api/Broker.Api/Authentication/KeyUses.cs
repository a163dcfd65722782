using System.Collections.Concurrent;

namespace Broker.Api.Authentication;

/// <summary>Tells keys that they were used, no more often than they store it.</summary>
sealed class KeyUses(IGrainFactory grains, TimeProvider clock)
{
    const int MostKnown = 100_000;

    readonly ConcurrentDictionary<string, DateTimeOffset> _told = new();

    public void Note(string keyId)
    {
        var now = clock.GetUtcNow();
        if (_told.TryGetValue(keyId, out var last) && now - last < ApiKeyRecord.UseResolution) return;
        if (_told.Count >= MostKnown) _told.Clear();
        _told[keyId] = now;
        // One way: nothing waits for it, and a loss is told again after the next use.
        _ = grains.ApiKey(keyId).Use(now);
    }
}
