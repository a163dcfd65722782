using System.Collections.Concurrent;

namespace Broker.Grains;

/// <summary>What can be in trouble behind a silo that still serves.</summary>
public static class Degradation
{
    /// <summary>The database.</summary>
    public const string Storage = "storage";
    /// <summary>An identity of the broker's own: STS refuses it, it cannot be had, or it is about to end.</summary>
    public const string Identity = "identity";
    /// <summary>The silo's clock and STS's disagree.</summary>
    public const string Clock = "clock";
}

/// <summary>The troubles that a silo knows of now; readiness names them.</summary>
public sealed class Degradations
{
    readonly ConcurrentDictionary<(string Name, string Of), bool> _raised = new();

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Current => [.. _raised.Keys.Select(raised => raised.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>It is in trouble.</summary>
    /// <param name="name">What.</param>
    /// <param name="of">Which, where there are several.</param>
    public void Raise(string name, string of = "") => _raised[(name, of)] = true;

    /// <summary>It works again.</summary>
    public void Clear(string name, string of = "")
    {
        if (!_raised.IsEmpty) _raised.TryRemove((name, of), out _);
    }
}
