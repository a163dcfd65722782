using Orleans.Storage;

namespace Broker.Grains.Storage;

/// <summary>Reads a grain's row without its grain: what is stored, whatever an activation holds in memory.</summary>
static class StoredRow
{
    /// <summary>The state of the row; as it is made where there is none.</summary>
    /// <exception cref="BrokerException">The storage failed.</exception>
    public static async Task<TState> PeekAsync<TState>(this IGrainStorage storage, string stateName, GrainId grain) where TState : new()
    {
        var row = new GrainState<TState>(new());
        await storage.ReadStateAsync(stateName, grain, row);
        return row.State ?? new();
    }
}
