namespace Broker.Grains.Audit;

/// <summary>
/// Writes one chain by group commit: what comes while a transaction runs goes into the next one together, so the number of
/// transactions does not follow the number of callers. Safe to call from any thread.
/// </summary>
sealed class AuditWriter(string writer, AuditChains chains, IAuditStore store)
{
    readonly Lock _gate = new();
    List<Step> _waiting = [];
    bool _committing;
    AuditTail? _tail;

    /// <summary>Takes the step; durable when it answers. A caller that no longer waits changes nothing of that.</summary>
    public Task CommitAsync(Action<AuditTail> take)
    {
        var step = new Step(take, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _waiting.Add(step);
            if (_committing) return step.Done.Task;
            _committing = true;
        }
        // Off the grain's own turns: SQLite's driver blocks, and what comes meanwhile must find its way into _waiting.
        _ = Task.Run(CommitWaitingAsync, CancellationToken.None);
        return step.Done.Task;
    }

    async Task CommitWaitingAsync()
    {
        while (TakeWaiting() is { Count: > 0 } steps)
        {
            try
            {
                _tail ??= await chains.OpenAsync(writer, CancellationToken.None);
                foreach (var step in steps) step.Take(_tail);
                await store.AppendAsync(_tail.TakeCommit(), CancellationToken.None);
                foreach (var step in steps) step.Done.SetResult();
            }
            // Whether it is in the database is not known: the next one reads what stands.
            catch (Exception e)
            {
                _tail = null;
                foreach (var step in steps) step.Done.SetException(e);
            }
        }
    }

    List<Step> TakeWaiting()
    {
        lock (_gate)
        {
            var taken = _waiting;
            _waiting = [];
            _committing = taken.Count > 0;
            return taken;
        }
    }

    sealed record Step(Action<AuditTail> Take, TaskCompletionSource Done);
}
