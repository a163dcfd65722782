using Broker.Grains.Leases;
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

/// <summary>One credential URL.</summary>
[GrainType("credential-url")]
sealed class CredentialUrlGrain([PersistentState(CredentialUrlState.Name, GuardedGrainStorage.Name)] IPersistentState<CredentialUrlState> state, Calm calm, TimeProvider clock) : Grain, ICredentialUrlGrain
{
    LeaseBook _leases = null!;
    ShortStay? _stay;

    string Id => GrainKeys.Name(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _leases = LeaseBook.Open(this, state.RecordExists, calm, clock);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _leases?.EndAsync(OnlyLife.Alive, cancellationToken) ?? Task.CompletedTask;

    public Task<CredentialUrlRecord?> Find(CancellationToken cancellationToken)
    {
        if (state.State.Url is null) LeaveSoon();
        return Task.FromResult(state.State.Url);
    }

    public async Task<Leased<CredentialUrlRecord>?> Lease(ILeaseHolder holder, CancellationToken cancellationToken)
    {
        if (await Find(cancellationToken) is not { } url) return null;
        _leases.Give(holder);
        return new(url, OnlyLife.Alive);
    }

    public async Task Create(Caller maker, CredentialUrlRecord record, CancellationToken cancellationToken)
    {
        var role = record.Role;
        AccessRules.Demand(maker, BrokerAction.ManageCredentialUrls, role.Tenant, role.Role);
        if (state.State.Url is not null) throw new BrokerException(ErrorCode.Conflict, "The URL's id is taken.");
        // The role must be there: a URL that is older than its role would come to life with it.
        await GrainFactory.Role(role).GetSettings(maker, cancellationToken);
        await GrainFactory.Tenant(role.Tenant).Enter(maker, TenantIndex.Urls, $"{role.Role}/{Id}", cancellationToken);
        await state.SaveAsync(new() { Url = record });
        // A role that was deleted in between did not know of it yet.
        try { await GrainFactory.Role(role).GetSettings(maker, cancellationToken); }
        catch (BrokerException e) when (e.Code == ErrorCode.NotFound)
        {
            await EndAsync();
            throw;
        }
    }

    public async Task Revoke(Caller caller, RoleKey role, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageCredentialUrls, role.Tenant, role.Role);
        if (state.State.Url?.Role != role)
        {
            LeaveSoon();
            throw new BrokerException(ErrorCode.NotFound, "The role has no such credential URL.");
        }
        var tenant = GrainFactory.Tenant(role.Tenant);
        (await tenant.Find(cancellationToken))?.DemandChangeable(caller);
        await EndAsync();
        await tenant.Leave(TenantIndex.Urls, $"{role.Role}/{Id}", cancellationToken);
    }

    public Task Drop(Caller caller, RoleKey role, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageCredentialUrls, role.Tenant, role.Role);
        return state.State.Url?.Role == role ? EndAsync() : Task.CompletedTask;
    }

    public Task Settle(CancellationToken cancellationToken) => _leases.SettledAsync(cancellationToken);

    async Task EndAsync()
    {
        if (state.State.Url is not null) await state.SaveAsync(new());
        _leases.Recall(OnlyLife.Ended);
        LeaveSoon();
    }

    void LeaveSoon() => (_stay ??= new(this, () => state.State.Url is not null || !_leases.Settled)).Begin();
}
