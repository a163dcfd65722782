using System.Collections.Concurrent;

namespace Broker.Grains;

/// <summary>What can be in trouble behind a silo that still serves.</summary>
public static class Degradation
{
    /// <summary>The database.</summary>
    public const string Storage = "storage";
    /// <summary>STS refuses the broker's own identity.</summary>
    public const string Identity = "identity";
    /// <summary>The silo's clock and STS's disagree.</summary>
    public const string Clock = "clock";
}

/// <summary>The troubles that a silo knows of now; readiness names them.</summary>
public sealed class Degradations
{
    readonly ConcurrentDictionary<string, bool> _raised = new();

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Current => [.. _raised.Keys.Order(StringComparer.Ordinal)];

    /// <summary>It is in trouble.</summary>
    public void Raise(string name) => _raised[name] = true;

    /// <summary>It works again.</summary>
    public void Clear(string name)
    {
        if (!_raised.IsEmpty) _raised.TryRemove(name, out _);
    }
}
