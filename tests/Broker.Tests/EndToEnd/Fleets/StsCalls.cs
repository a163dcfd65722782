using System.Collections.Concurrent;
using Broker.Emulator;
using Broker.Emulator.Control;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>When AssumeRole was called, from now on until it is disposed of.</summary>
sealed class StsCalls : IDisposable
{
    readonly EmulatorHost _emulator;
    readonly ConcurrentQueue<DateTimeOffset> _at = new();

    public StsCalls(EmulatorHost emulator)
    {
        _emulator = emulator;
        emulator.Answered += Note;
    }

    public int Count => _at.Count;

    /// <summary>The most within any second that is not over before the moment.</summary>
    public int MostInOneSecond(DateTimeOffset since = default)
    {
        var (calls, first, most) = (_at.Order().ToArray(), 0, 0);
        for (var last = 0; last < calls.Length; last++)
        {
            if (calls[last] < since) continue;
            while (calls[last] - calls[first] >= TimeSpan.FromSeconds(1)) first++;
            most = Math.Max(most, last - first + 1);
        }
        return most;
    }

    /// <summary>The seconds of each since the first.</summary>
    public override string ToString() => string.Join(' ', _at.Order().Select(at => $"{(at - _at.Min()).TotalSeconds:0.00}"));

    public void Dispose() => _emulator.Answered -= Note;

    void Note(LoggedRequest request)
    {
        if (request.Operation == "AssumeRole") _at.Enqueue(request.At);
    }
}
