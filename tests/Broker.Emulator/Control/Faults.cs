namespace Broker.Emulator.Control;

/// <summary>A fault that a test asked for.</summary>
/// <param name="Operation">Such as <c>AssumeRole</c> or <c>PutObject</c>.</param>
/// <param name="Status">The status to answer; null: the normal answer, after the latency; 0: none, the connection is cut (STS only).</param>
/// <param name="Code">The error code.</param>
/// <param name="Times">How often; 0: until cleared.</param>
/// <param name="LatencyMs">How long to wait first.</param>
/// <param name="RetryAfterMs">The header <c>x-acs-retry-after</c>; 0: none.</param>
/// <param name="Body">A text to answer instead of the error document; null: the document.</param>
/// <param name="Percent">How many of a hundred calls it meets, at random.</param>
public sealed record Fault(string Operation, int? Status = null, string? Code = null, int Times = 1, int LatencyMs = 0, int RetryAfterMs = 0, string? Body = null, int Percent = 100);

/// <summary>The faults that are set, of which the oldest of an operation is next.</summary>
sealed class Faults
{
    readonly List<Fault> _faults = [];

    public void Add(Fault fault)
    {
        lock (_faults) _faults.Add(fault);
    }

    public void Clear()
    {
        lock (_faults) _faults.Clear();
    }

    public Fault? Take(string operation)
    {
        lock (_faults)
        {
            var index = _faults.FindIndex(f => f.Operation == operation);
            if (index < 0) return null;
            var fault = _faults[index];
            if (Random.Shared.Next(100) >= fault.Percent) return null;
            if (fault.Times == 1) _faults.RemoveAt(index);
            else if (fault.Times > 1) _faults[index] = fault with { Times = fault.Times - 1 };
            return fault;
        }
    }
}

/// <summary>Calls per second, counted by the second.</summary>
sealed class CallRate
{
    readonly Lock _lock = new();
    int? _perSecond;
    long _second;
    int _calls;

    public void Limit(int? perSecond)
    {
        lock (_lock) _perSecond = perSecond;
    }

    public bool TryCall(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_perSecond is null) return true;
            var second = now.ToUnixTimeSeconds();
            if (second != _second) (_second, _calls) = (second, 0);
            return ++_calls <= _perSecond;
        }
    }
}

/// <summary>What came in, when, and how it was answered.</summary>
public sealed record LoggedRequest(DateTimeOffset At, string Operation, string Method, string Target, Dictionary<string, string> Headers, Dictionary<string, string> Form, int Status, string? Code);

/// <summary>The last requests.</summary>
sealed class RequestLog
{
    /// <summary>Told of each, also of those that are not kept.</summary>
    public event Action<LoggedRequest>? Added;

    const int Kept = 200;

    readonly Queue<LoggedRequest> _requests = new();

    public IReadOnlyList<LoggedRequest> All
    {
        get { lock (_requests) return [.. _requests]; }
    }

    public void Add(LoggedRequest request)
    {
        lock (_requests)
        {
            _requests.Enqueue(request);
            if (_requests.Count > Kept) _requests.Dequeue();
        }
        Added?.Invoke(request);
    }
}
