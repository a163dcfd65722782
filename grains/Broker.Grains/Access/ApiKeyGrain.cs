using Broker.Grains.Leases;
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

/// <summary>One API key.</summary>
[GrainType("api-key")]
sealed class ApiKeyGrain([PersistentState(ApiKeyState.Name, GuardedGrainStorage.Name)] IPersistentState<ApiKeyState> state, Calm calm, TimeProvider clock) : Grain, IApiKeyGrain
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

    public Task<ApiKeyRecord?> Find(CancellationToken cancellationToken)
    {
        if (state.State.Key is null) LeaveSoon();
        return Task.FromResult(state.State.Key);
    }

    public async Task<Leased<ApiKeyRecord>?> Lease(ILeaseHolder holder, CancellationToken cancellationToken)
    {
        if (await Find(cancellationToken) is not { } key) return null;
        _leases.Give(holder);
        return new(key, OnlyLife.Alive);
    }

    public async Task Create(Caller maker, ApiKeyRecord record, CancellationToken cancellationToken)
    {
        var key = record.Caller;
        AccessRules.Demand(maker, BrokerAction.ManageKeys, key.Tenant!);
        AccessRules.DemandGrant(maker, key.Scopes, key.Roles, key.ExpiresAt);
        if (state.State.Key is not null) throw new BrokerException(ErrorCode.Conflict, "The key's id is taken.");
        var tenant = GrainFactory.Tenant(key.Tenant!);
        await tenant.Enter(maker, TenantIndex.Keys, Id, cancellationToken);
        await state.SaveAsync(new() { Key = record });
        if (await tenant.Has(TenantIndex.Keys, Id)) return;
        // The tenant was deleted in between: its end did not know of the key yet.
        await EndAsync();
        throw new BrokerException(ErrorCode.NotFound, "There is no such tenant.");
    }

    public async Task Use(DateTimeOffset at)
    {
        if (state.State.Key is not { } key || at - (key.LastUsedAt ?? DateTimeOffset.MinValue) < ApiKeyRecord.UseResolution) return;
        // A use that the database does not take is told again by the next one.
        try { await state.SaveAsync(new() { Key = key with { LastUsedAt = at } }); }
        catch (BrokerException) { }
    }

    public async Task<ApiKeyRecord> Revoke(Caller caller, string tenant, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageKeys, tenant);
        if (state.State.Key is not { } key || key.Caller.Tenant != tenant) throw Nothing();
        if (!AccessRules.Covers(caller, key.Caller.Roles)) throw new BrokerException(ErrorCode.Forbidden, "The key reaches roles that yours does not.");
        var owner = GrainFactory.Tenant(tenant);
        (await owner.Find(cancellationToken))?.DemandChangeable(caller);
        await EndAsync();
        await owner.Leave(TenantIndex.Keys, Id, cancellationToken);
        return key;
    }

    public Task Drop(Caller caller, string tenant, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageTenant, tenant);
        return state.State.Key?.Caller.Tenant == tenant ? EndAsync() : Task.CompletedTask;
    }

    public Task Settle(CancellationToken cancellationToken) => _leases.SettledAsync(cancellationToken);

    BrokerException Nothing()
    {
        LeaveSoon();
        return new(ErrorCode.NotFound, "There is no such key.");
    }

    async Task EndAsync()
    {
        await state.SaveAsync(new());
        _leases.Recall(OnlyLife.Ended);
        LeaveSoon();
    }

    void LeaveSoon() => (_stay ??= new(this, () => state.State.Key is not null || !_leases.Settled)).Begin();
}
