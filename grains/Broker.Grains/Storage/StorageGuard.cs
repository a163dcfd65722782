using System.Diagnostics;
using Broker.Grains.Telemetry;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Broker.Grains.Storage;

/// <summary>
/// Turns whatever a database driver throws into an error that may cross silos and that callers understand; conflicts stay
/// what they are, because Orleans acts on them.
/// </summary>
public sealed partial class StorageGuard(Degradations degradations, GrainTelemetry telemetry, TimeProvider clock, ILogger<StorageGuard> logger)
{
    /// <summary>Runs the operation on what is named.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.StorageUnavailable"/>.</exception>
    public async Task<T> RunAsync<T>(string what, Func<Task<T>> operation)
    {
        using var activity = GrainTelemetry.Source.HasListeners() ? GrainTelemetry.Source.StartActivity($"storage {what}") : null;
        var began = clock.GetTimestamp();
        try
        {
            var result = await operation();
            degradations.Clear(Degradation.Storage);
            telemetry.StorageUsed(what, "success", clock.GetElapsedTime(began));
            return result;
        }
        catch (Exception e) when (e is not InconsistentStateException and not BrokerException and not OperationCanceledException and not OutOfMemoryException)
        {
            degradations.Raise(Degradation.Storage);
            telemetry.StorageUsed(what, "failure", clock.GetElapsedTime(began));
            activity?.SetStatus(ActivityStatusCode.Error, ErrorCode.StorageUnavailable);
            LogFailed(what, e);
            throw new BrokerException(ErrorCode.StorageUnavailable, "The database cannot be reached. Nothing was changed.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(string what, Func<Task> operation) => RunAsync(what, async () =>
    {
        await operation();
        return true;
    });

    [LoggerMessage(LogLevel.Error, "The storage failed for {What}.")]
    partial void LogFailed(string what, Exception exception);
}
