namespace Broker.Silo.Commands.Checks;

/// <summary>Where the check works, a folder of its own below the role's prefix, and the objects that it may have put there.</summary>
/// <param name="prefix">The role's full prefix.</param>
sealed class CheckedFolder(string prefix)
{
    readonly string _name = $"broker-check-{Guid.NewGuid():N}/";
    readonly SortedSet<string> _keys = [];

    /// <summary>The folder's full prefix.</summary>
    public string Prefix => prefix + _name;

    /// <summary>The full keys of all objects that were named.</summary>
    public IReadOnlyCollection<string> Keys => _keys;

    /// <summary>The key of an object, as OSS knows it. It is removed in the end.</summary>
    public string Key(string name)
    {
        _keys.Add(Prefix + name);
        return Prefix + name;
    }

    /// <summary>The same, as the broker is told: below the role's prefix.</summary>
    public string KeyBelowPrefix(string name) => Key(name)[prefix.Length..];
}
