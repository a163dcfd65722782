using Orleans.Storage;

namespace Broker.Grains.Storage;

/// <summary>The storage of every grain, behind the guard.</summary>
public sealed class GuardedGrainStorage(IGrainStorage inner, StorageGuard guard) : IGrainStorage
{
    /// <summary>The name under which grains ask for it.</summary>
    public const string Name = "broker";

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        guard.RunAsync(stateName, () => inner.ReadStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        guard.RunAsync(stateName, () => inner.WriteStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        guard.RunAsync(stateName, () => inner.ClearStateAsync(stateName, grainId, grainState));
}
