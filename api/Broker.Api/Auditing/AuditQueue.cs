using System.Collections.Concurrent;
using System.Threading.Channels;
using Broker.Api.Telemetry;

namespace Broker.Api.Auditing;

/// <summary>
/// What this process has to tell the audit. Requests put their entries here and go on; a batch goes to the grain twice a
/// second, and sooner when half of the queue is taken. Where it cannot be written it is kept and tried again, and when the queue
/// is full, requests are refused before they act: nothing is done that is not recorded.
/// </summary>
sealed partial class AuditQueue(IGrainFactory grains, AuditOptions options, TimeProvider clock, ApiTelemetry telemetry, ILogger<AuditQueue> logger) : BackgroundService
{
    const int MostEntries = 5000, MostChanges = 200;

    static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(500), LongestBackOff = TimeSpan.FromSeconds(5),
        Patience = TimeSpan.FromSeconds(3), LastFlush = TimeSpan.FromSeconds(5), RetryAfter = TimeSpan.FromSeconds(1);

    readonly string _session = Guid.NewGuid().ToString("N");
    readonly WaitingEntries _waiting = new();
    readonly ConcurrentQueue<Change> _changes = new();
    // Holds a word that there is something to write which does not wait until it is due.
    readonly Channel<bool> _urgent = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    Batch? _inFlight;
    long _lastBatch;
    int _taken, _failures;
    bool _opened;

    // Not a field: a client knows no grains before it has met a silo.
    IAuditGrain Grain => grains.Audit(options.Writer);

    /// <summary>Whether entries wait because they cannot be written.</summary>
    public bool Fails => Volatile.Read(ref _failures) > 0;

    /// <summary>Takes a place for the entry of a request, before the request acts. Dispose it; an entry that was added stays.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.AuditUnavailable"/>: the queue is full.</exception>
    public AuditPlace Reserve()
    {
        if (Interlocked.Increment(ref _taken) <= options.QueueCapacity) return new(this);
        Interlocked.Decrement(ref _taken);
        telemetry.AuditRefused();
        throw new BrokerException(ErrorCode.AuditUnavailable, "The audit queue is full, because its entries cannot be written. Nothing was done.") { RetryAfter = RetryAfter };
    }

    /// <summary>Counts a request that was refused before anybody was known to ask. Takes no place, and never fails.</summary>
    /// <param name="code">One of <see cref="ErrorCode"/>.</param>
    public void CountRefusal(string code) => _waiting.CountRefusal(code, clock);

    /// <summary>
    /// Writes all that waits; what could not be written stays for the next time. What comes meanwhile waits for it, too: a busy
    /// caller would else have one batch follow the other, each with an entry of its own. Never twice at once.
    /// </summary>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (!_opened) await Grain.Open(_session, cancellationToken);
        _opened = true;
        if (_inFlight is not null) await AppendAsync(_inFlight, cancellationToken);
        while ((_inFlight = TakeBatch()) is { } batch)
        {
            await AppendAsync(batch, cancellationToken);
            if (!batch.IsFull) return;
        }
    }

    async Task AppendAsync(Batch batch, CancellationToken cancellationToken)
    {
        // The same number and content until it is there: the grain writes it once.
        await Grain.Append(_session, batch.Content, cancellationToken);
        _inFlight = null;
        Interlocked.Add(ref _taken, -batch.Places);
        foreach (var change in batch.Changes) change.Written.SetResult();
        telemetry.AuditWritten(batch.Content);
    }

    /// <summary>Writes the rest, for a few seconds at most, and says goodbye, so that the next start knows that nothing is missing.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = new CancellationTokenSource(LastFlush, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await FlushAsync(either.Token);
            await Grain.Close(_session, either.Token);
        }
        // The process ends all the same; the next one records the gap.
        catch (Exception e) { LogUnwritten(_taken, e.GetType().Name); }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.WatchAuditQueue(() => Volatile.Read(ref _taken), options.QueueCapacity);
        try
        {
            while (true)
            {
                await TryFlushAsync(stoppingToken);
                await RestAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    internal async Task WriteAsync(AuditEntry entry)
    {
        var change = new Change(entry, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _changes.Enqueue(change);
        _urgent.Writer.TryWrite(true);
        try { await change.Written.Task.WaitAsync(Patience, clock); }
        catch (TimeoutException)
        {
            throw new BrokerException(ErrorCode.AuditUnavailable, "The change was made, but its audit entry could not be written in time; it is written later.") { RetryAfter = RetryAfter };
        }
    }

    internal void Add(AuditEntry entry)
    {
        if (!_waiting.Add(entry)) GiveBack();
        else if (Volatile.Read(ref _taken) >= options.QueueCapacity / 2) _urgent.Writer.TryWrite(true);
    }

    internal void GiveBack() => Interlocked.Decrement(ref _taken);

    async Task TryFlushAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FlushAsync(stoppingToken);
            Volatile.Write(ref _failures, 0);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Interlocked.Increment(ref _failures);
            LogUnwritten(_taken, BrokerException.Within(e)?.Code ?? e.GetType().Name);
        }
    }

    /// <summary>Until the next flush is due; a change does not wait for it, nor a queue that fills, but after a failure they do.</summary>
    async Task RestAsync(CancellationToken stoppingToken)
    {
        var backOff = FlushInterval * Math.Pow(2, Math.Min(_failures, 10));
        if (_failures > 0) await Task.Delay(backOff < LongestBackOff ? backOff : LongestBackOff, clock, stoppingToken);
        else
        {
            using var due = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(Task.Delay(FlushInterval, clock, due.Token), _urgent.Reader.WaitToReadAsync(due.Token).AsTask());
            await due.CancelAsync();
            _urgent.Reader.TryRead(out _);
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    Batch? TakeBatch()
    {
        var changes = new List<Change>();
        while (changes.Count < MostChanges && _changes.TryDequeue(out var change)) changes.Add(change);
        var (entries, refusals) = _waiting.Take(MostEntries);
        if (changes.Count + entries.Length + refusals.Length == 0) return null;
        return new(new(++_lastBatch, [.. changes.Select(c => c.Entry)], [.. entries, .. refusals]), changes, changes.Count + entries.Length);
    }

    sealed record Change(AuditEntry Entry, TaskCompletionSource Written);

    sealed record Batch(AuditBatch Content, List<Change> Changes, int Places)
    {
        /// <summary>Whether more may have waited than it holds.</summary>
        public bool IsFull => Changes.Count == MostChanges || Places - Changes.Count == MostEntries;
    }

    [LoggerMessage(LogLevel.Warning, "{Places} audit entries wait, because they cannot be written ({Error}).")]
    partial void LogUnwritten(int places, string error);
}
