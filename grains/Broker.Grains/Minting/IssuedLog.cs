using System.Collections.Concurrent;
using Broker.Grains.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Broker.Grains.Minting;

/// <summary>
/// The record of what was issued. With the storage away, renewals go on: rows are kept here and written when it is back.
/// </summary>
public sealed partial class IssuedLog(IIssuedStore store, StorageGuard guard, TimeProvider clock, ILogger<IssuedLog> logger) : BackgroundService
{
    static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1), KeptAfterEnd = TimeSpan.FromDays(1), CleanInterval = TimeSpan.FromHours(1);

    readonly ConcurrentQueue<IssuedCredential> _kept = new();

    /// <summary>How many rows wait for the storage.</summary>
    public int Waiting => _kept.Count;

    /// <summary>Records before the credential is published. Never fails: what cannot be written now is kept.</summary>
    public async Task RecordAsync(IssuedCredential issued, CancellationToken cancellationToken)
    {
        try { await store.AppendAsync(issued, cancellationToken); }
        // Whatever the driver throws, the row is not lost.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _kept.Enqueue(issued);
            LogKept(issued.AccessKeyId, e.GetType().Name);
        }
    }

    /// <summary>What was issued to the tenant's role, or to all of the tenant, and still lives; by its end.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.StorageUnavailable"/>.</exception>
    public async Task<Exposure[]> ReadAliveAsync(string tenant, string? role, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var kept = _kept.Where(i => i.Role.Tenant == tenant && (role is null || i.Role.Role == role) && i.Expiration > now)
            .Select(i => new Exposure(i.Role.Role, i.AccessKeyId, i.Expiration, i.Prefix)).ToList();
        var stored = await guard.RunAsync("issued", () => store.ReadAliveAsync(tenant, role, now, cancellationToken));
        return [.. stored.Concat(kept).DistinctBy(e => e.AccessKeyId).OrderBy(e => e.Expiration)];
    }

    /// <summary>Writes what was kept; stops at the first row that the storage refuses.</summary>
    public async Task WriteKeptAsync(CancellationToken cancellationToken)
    {
        while (_kept.TryPeek(out var issued))
        {
            await store.AppendAsync(issued, cancellationToken);
            _kept.TryDequeue(out _);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RetryInterval, clock);
        var cleanAt = clock.GetUtcNow();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await WriteKeptAsync(stoppingToken);
                    if (clock.GetUtcNow() < cleanAt) continue;
                    await store.RemoveEndedBeforeAsync(clock.GetUtcNow() - KeptAfterEnd, stoppingToken);
                    cleanAt = clock.GetUtcNow() + CleanInterval;
                }
                catch (Exception e) when (e is not OperationCanceledException) { LogUnwritten(Waiting, e.GetType().Name); }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    [LoggerMessage(LogLevel.Warning, "The record of issued key {AccessKeyId} could not be written ({Error}); it is kept and written later.")]
    partial void LogKept(string accessKeyId, string error);

    [LoggerMessage(LogLevel.Warning, "{Waiting} records of issued keys still wait for the storage ({Error}).")]
    partial void LogUnwritten(int waiting, string error);
}
