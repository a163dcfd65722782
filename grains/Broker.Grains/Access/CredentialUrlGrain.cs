using Broker.Grains.Storage;

namespace Broker.Grains.Access;

/// <summary>A stored credential URL; the row's name is <see cref="Name"/>.</summary>
[GenerateSerializer, Alias("Broker.CredentialUrlState")]
sealed record CredentialUrlState
{
    public const string Name = "credential-url-v1";

    /// <summary>Null: there is no such URL.</summary>
    [Id(0)] public CredentialUrlRecord? Url { get; init; }
}

/// <summary>One credential URL. Like a key that does not exist, a URL that does not exist does not stay in memory.</summary>
[GrainType("credential-url")]
sealed class CredentialUrlGrain([PersistentState(CredentialUrlState.Name, GuardedGrainStorage.Name)] IPersistentState<CredentialUrlState> state) : Grain, ICredentialUrlGrain
{
    public Task<CredentialUrlRecord?> Find(CancellationToken cancellationToken)
    {
        if (state.State.Url is null) DeactivateOnIdle();
        return Task.FromResult(state.State.Url);
    }

    public async Task Create(Caller maker, CredentialUrlRecord record, CancellationToken cancellationToken)
    {
        AccessRules.Demand(maker, BrokerAction.ManageCredentialUrls, record.Role.Tenant, record.Role.Role);
        // The role must be there: a URL that is older than its role would come to life with it.
        await GrainFactory.Role(record.Role).GetSettings(maker, cancellationToken);
        if (state.State.Url is not null) throw new BrokerException(ErrorCode.Conflict, "The URL's id is taken.");
        await state.SaveAsync(new() { Url = record });
    }
}
