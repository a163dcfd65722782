using Broker.Grains.Storage;

namespace Broker.Grains.Access;

/// <summary>A stored API key; the row's name is <see cref="Name"/>.</summary>
[GenerateSerializer, Alias("Broker.ApiKeyState")]
sealed record ApiKeyState
{
    public const string Name = "api-key-v1";

    /// <summary>Null: there is no such key.</summary>
    [Id(0)] public ApiKeyRecord? Key { get; init; }
}

/// <summary>One API key. Ids that do not exist are asked for too, by attackers above all: such a grain ends at once.</summary>
[GrainType("api-key")]
sealed class ApiKeyGrain([PersistentState(ApiKeyState.Name, GuardedGrainStorage.Name)] IPersistentState<ApiKeyState> state) : Grain, IApiKeyGrain
{
    public Task<ApiKeyRecord?> Find(CancellationToken cancellationToken)
    {
        if (state.State.Key is null) DeactivateOnIdle();
        return Task.FromResult(state.State.Key);
    }

    public Task Create(Caller maker, ApiKeyRecord record, CancellationToken cancellationToken)
    {
        var key = record.Caller;
        AccessRules.Demand(maker, BrokerAction.ManageKeys, key.Tenant!);
        AccessRules.DemandGrant(maker, key.Scopes, key.Roles, key.ExpiresAt);
        if (state.State.Key is not null) throw new BrokerException(ErrorCode.Conflict, "The key's id is taken.");
        return state.SaveAsync(new() { Key = record });
    }
}
