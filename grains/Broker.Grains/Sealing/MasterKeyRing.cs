namespace Broker.Grains.Sealing;

/// <summary>The master keys: all can open, one seals. Prints no key.</summary>
public sealed class MasterKeyRing
{
    /// <summary>A key has 256 bits.</summary>
    public const int KeyBytes = 32;

    readonly Dictionary<string, byte[]> _keys;

    /// <param name="keys">The keys by id; an id has 1 to 32 letters, digits and hyphens.</param>
    /// <param name="activeKeyId">The id of the one that seals.</param>
    /// <exception cref="ArgumentException">A key or id is malformed, or the active one is missing. The message holds no key.</exception>
    public MasterKeyRing(IEnumerable<KeyValuePair<string, byte[]>> keys, string activeKeyId)
    {
        _keys = new(keys, StringComparer.Ordinal);
        foreach (var (id, key) in _keys)
        {
            if (id.Length is 0 or > 32 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
                throw new ArgumentException("A master key's id has 1 to 32 letters, digits and hyphens.", nameof(keys));
            if (key.Length != KeyBytes) throw new ArgumentException($"The master key '{id}' must have {KeyBytes} bytes in base64.", nameof(keys));
        }
        if (!_keys.ContainsKey(activeKeyId)) throw new ArgumentException($"There is no master key with the active id '{activeKeyId}'.", nameof(activeKeyId));
        ActiveKeyId = activeKeyId;
    }

    /// <summary>The id of the key that seals.</summary>
    public string ActiveKeyId { get; }

    /// <summary>The key; null when it is not in the ring.</summary>
    public byte[]? Find(string id) => _keys.GetValueOrDefault(id);

    /// <inheritdoc/>
    public override string ToString() => $"{_keys.Count} master keys, active: {ActiveKeyId}";
}
