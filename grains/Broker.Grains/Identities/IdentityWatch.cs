using System.Diagnostics.Metrics;
using Broker.AlibabaCloud.Sources;
using Broker.Grains.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Broker.Grains.Identities;

/// <summary>Has every identity of the broker's own at hand before a session is minted with it, and says so when one cannot be had or is about to end.</summary>
sealed partial class IdentityWatch(SourceIdentities identities, Degradations degradations, GrainTelemetry telemetry, TimeProvider clock, ILogger<IdentityWatch> logger) : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(30), NearEnd = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var (name, identity) in identities.All) identity.Read += failure => Note(name, failure);
        telemetry.WatchIdentities(Remaining);
        using var timer = new PeriodicTimer(Period, clock);
        // One that hangs is not in the way of the others.
        do await Task.WhenAll(identities.All.Select(one => LookAsync(one.Key, one.Value, stoppingToken)));
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task LookAsync(string name, RefreshingIdentity identity, CancellationToken cancellationToken)
    {
        try { await identity.GetAsync(cancellationToken); }
        // It has been noted.
        catch (SourceIdentityException) { }
        var nearEnd = identity.Current?.Expiration - clock.GetUtcNow() < NearEnd;
        if (nearEnd) degradations.Raise(Degradation.Identity, $"{name} (ends)");
        else degradations.Clear(Degradation.Identity, $"{name} (ends)");
    }

    void Note(string name, SourceIdentityException? failure)
    {
        telemetry.IdentityRead(name, failure is null ? "success" : "failure");
        var source = $"{name} (source)";
        if (failure is null)
        {
            degradations.Clear(Degradation.Identity, source);
            return;
        }
        degradations.Raise(Degradation.Identity, source);
        LogFailure(name, failure.Message);
    }

    IEnumerable<Measurement<double>> Remaining()
    {
        foreach (var (name, identity) in identities.All)
            if (identity.Current?.Expiration is { } end) yield return new((end - clock.GetUtcNow()).TotalSeconds, new KeyValuePair<string, object?>("identity", name));
    }

    [LoggerMessage(LogLevel.Warning, "The broker's own identity '{Identity}' cannot be read: {Reason}")]
    partial void LogFailure(string identity, string reason);
}
