using Orleans.Storage;

namespace Broker.Grains.Storage;

/// <summary>
/// The storage of every grain, behind the guard. An activation that meets a conflict ends, whatever its grain makes of the
/// error: what it knows is not what is stored, and only another one, which reads it, can write again.
/// </summary>
public sealed class GuardedGrainStorage(IGrainStorage inner, StorageGuard guard, IGrainContextAccessor activations) : IGrainStorage
{
    /// <summary>The name under which grains ask for it.</summary>
    public const string Name = "broker";

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        guard.RunAsync(stateName, () => inner.ReadStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ChangeAsync(stateName, () => inner.WriteStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ChangeAsync(stateName, () => inner.ClearStateAsync(stateName, grainId, grainState));

    async Task ChangeAsync(string stateName, Func<Task> change)
    {
        var activation = activations.GrainContext;
        try { await guard.RunAsync(stateName, change); }
        catch (InconsistentStateException)
        {
            activation?.Deactivate(new(DeactivationReasonCode.ApplicationError, $"The state '{stateName}' was written elsewhere."));
            throw;
        }
    }
}
