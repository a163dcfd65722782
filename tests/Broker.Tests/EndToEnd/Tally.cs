namespace Broker.Tests.EndToEnd;

/// <summary>Counts what happens, for one who waits until so much more of it has.</summary>
sealed class Tally
{
    readonly Lock _gate = new();
    TaskCompletionSource _reached = new();
    int _count, _wanted = int.MaxValue;

    public int Count => Volatile.Read(ref _count);

    public void Add()
    {
        lock (_gate)
        {
            if (++_count == _wanted) _reached.SetResult();
        }
    }

    /// <summary>Completes when it has happened so many times more.</summary>
    public Task MoreAsync(int more)
    {
        lock (_gate)
        {
            _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _wanted = _count + more;
            return _reached.Task;
        }
    }
}
