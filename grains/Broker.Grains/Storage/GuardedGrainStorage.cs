using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Broker.Grains.Storage;

/// <summary>
/// The storage of every grain. Turns whatever the database driver throws into an error that may cross silos and that
/// callers understand; conflicts stay what they are, because Orleans acts on them.
/// </summary>
public sealed partial class GuardedGrainStorage(IGrainStorage inner, Degradations degradations, ILogger<GuardedGrainStorage> logger) : IGrainStorage
{
    /// <summary>The name under which grains ask for it.</summary>
    public const string Name = "broker";

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Guard(stateName, inner.ReadStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Guard(stateName, inner.WriteStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Guard(stateName, inner.ClearStateAsync(stateName, grainId, grainState));

    async Task Guard(string stateName, Task operation)
    {
        try
        {
            await operation;
            degradations.Clear(Degradation.Storage);
        }
        catch (Exception e) when (e is not InconsistentStateException and not OutOfMemoryException)
        {
            degradations.Raise(Degradation.Storage);
            LogFailed(stateName, e);
            throw new BrokerException(ErrorCode.StorageUnavailable, "The database cannot be reached. Nothing was changed.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }
    }

    [LoggerMessage(LogLevel.Error, "The storage failed for state {StateName}.")]
    partial void LogFailed(string stateName, Exception exception);
}
