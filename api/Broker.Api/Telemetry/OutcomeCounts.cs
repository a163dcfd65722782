using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Broker.Api.Telemetry;

/// <summary>
/// Counts by outcome, which are read when metrics are collected. A counter would look for the place of its tag with each request,
/// which costs ten times what counting does. Safe to use from any thread.
/// </summary>
sealed class OutcomeCounts
{
    /// <summary>The outcome of what was done.</summary>
    public const string Success = "success";

    readonly StrongBox<long> _successes = new();
    readonly ConcurrentDictionary<string, StrongBox<long>> _counts = new();

    public OutcomeCounts() => _counts[Success] = _successes;

    /// <summary>Counts one.</summary>
    /// <param name="outcome"><see cref="Success"/>, or the code of a problem.</param>
    public void Add(string outcome)
    {
        var count = outcome == Success ? _successes : _counts.GetOrAdd(outcome, static _ => new());
        Interlocked.Increment(ref count.Value);
    }

    /// <summary>How many of each there have been.</summary>
    public IEnumerable<Measurement<long>> Read() =>
        _counts.Select(one => new Measurement<long>(Volatile.Read(ref one.Value.Value), new KeyValuePair<string, object?>("outcome", one.Key)));
}
