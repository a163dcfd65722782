using Broker.AlibabaCloud;
using Broker.Grains.Credentials;
using Broker.Grains.Leases;
using Broker.Grains.Minting;
using Broker.Grains.Narrowing;
using Broker.Grains.Storage;
using Broker.Grains.Telemetry;
using Broker.Grains.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Broker.Grains.Roles;

/// <summary>
/// One role: its settings, its credentials, and their refresh. What it serves it serves from memory; what it is told it
/// stores before it shows it.
/// </summary>
[GrainType("role")]
sealed partial class RoleGrain(
    [PersistentState(RoleSettingsState.Name, GuardedGrainStorage.Name)] IPersistentState<RoleSettingsState> settings,
    [PersistentState(RoleCredentialsState.Name, GuardedGrainStorage.Name)] IPersistentState<RoleCredentialsState> credentials,
    [FromKeyedServices(GuardedGrainStorage.Name)] IGrainStorage storage, StoredTenants tenants, ConfirmationOptions confirming,
    Calm calm, SessionMint mint, ICloud cloud, IssuedLog issued, CredentialStore store, RefreshTimer timer, TimeProvider clock, GrainTelemetry telemetry) : Grain, IRoleGrain, ICredentialSource
{
    RoleKey _key;
    TenantSettings? _tenant;
    // While a change is being written, the state in memory is ahead of what is stored.
    RoleSettingsState _stored = new();
    BoundRole? _role;
    CredentialCache _cache = null!;
    NarrowedAsks? _narrowed;
    DueRefresh _refresh = null!;
    LeaseBook _leases = null!;
    Confirmation _confirmation = null!;
    AnnouncedRenewal _announced = null!;
    ShortStay? _stay;
    long _requests, _stsCalls;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = RoleKey.Parse(this.GetPrimaryKeyString());
        _stored = settings.State;
        _announced = new(GrainFactory);
        _leases = LeaseBook.Open(this, settings.RecordExists, calm, clock);
        _confirmation = new(confirming, RereadAsync, clock);
        Know(await GrainFactory.Tenant(_key.Tenant).Find(cancellationToken));
        // The tenant's grain may be one that is cut off, too.
        if (settings.State.Definition is not null) Know(await tenants.SeeAsync(_key.Tenant));
        RecallOfAChangeCutOff();
        _role = Bind(_stored);
        _cache = new(Schedule(), this, clock, CredentialCache.Chance, OnCacheChanged);
        _refresh = timer.Register(_cache.RefreshIfDueAsync);
        if (_role is null) return;
        telemetry.RoleActivated(_cache);
        if (_role.Terms is { } terms && store.Open(_key, credentials, terms.Fingerprint) is { } snapshot) _cache.Restore(snapshot);
        OnCacheChanged();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_cache is null) return;
        _refresh.End();
        telemetry.RoleDeactivated(_cache);
        await _cache.CompleteFlightsAsync(cancellationToken);
        // When a silo stops, all its roles would tell a grain that may be gone already.
        if (reason.ReasonCode != DeactivationReasonCode.ShuttingDown) _announced.Tell(null, null);
        await _leases.EndAsync(Epoch, cancellationToken);
    }

    public async Task TenantChanged(TenantSettings tenant, CancellationToken cancellationToken)
    {
        if (_tenant is { } known && known.Version >= tenant.Version) return;
        Know(tenant);
        await RebindToTenantAsync();
    }

    /// <summary>Acts on the tenant as it is known now; what was minted under other terms is removed.</summary>
    async Task RebindToTenantAsync()
    {
        var before = _role?.Terms?.Fingerprint;
        Rebind();
        if (_role?.Terms?.Fingerprint != before) await CredentialStore.RemoveAsync(credentials);
    }

    async Task<CredentialSnapshot> ICredentialSource.MintAsync(bool callerWaits, CancellationToken dropped)
    {
        var terms = Role.Vendable();
        _stsCalls++;
        var minted = await mint.MintAsync(terms, callerWaits, dropped);
        // Settings may have changed meanwhile; the cache then drops what this flight brings.
        if (_role?.Terms?.Fingerprint == terms.Fingerprint) await store.SaveAsync(_key, credentials, minted, terms.Fingerprint);
        return minted;
    }

    void DemandAttainable(TimeSpan minRemaining)
    {
        var longest = Role.Vendable().DurationSeconds / 2;
        if (minRemaining > TimeSpan.FromSeconds(longest))
            throw new BrokerException(ErrorCode.LifetimeUnattainable, $"minRemaining must be at most half of the role's durationSeconds: {longest}.");
    }

    /// <summary>The snapshot that is current when this returns: while a caller waited, a PUT may have ended what it waited for.</summary>
    async Task<CredentialSnapshot> CurrentAsync(TimeSpan minRemaining, CancellationToken cancellationToken)
    {
        _requests++;
        await _confirmation.DemandAsync(cancellationToken);
        while (true)
        {
            _ = Role.Vendable();
            var snapshot = await _cache.GetAsync(minRemaining, cancellationToken);
            if (ReferenceEquals(snapshot, _cache.Snapshot)) return snapshot;
        }
    }

    BoundRole Role => _superseded ? throw Superseded() : _role ?? throw Nothing("There is no such role.");

    TenantSettings Tenant => _tenant ?? throw Nothing("There is no such tenant.");

    BrokerException Nothing(string detail)
    {
        LeaveSoon();
        return new(ErrorCode.NotFound, detail);
    }

    void LeaveSoon() => (_stay ??= new(this, () => _role is not null || !_leases.Settled)).Begin();

    BoundRole? Bind(RoleSettingsState state) => BoundRole.Bind(state.ToSettings(_key), _tenant);

    /// <summary>Stores the settings, and acts on them.</summary>
    async Task SaveAsync(RoleSettingsState next)
    {
        await settings.SaveAsync(next);
        _stored = next;
        Rebind();
    }

    /// <summary>Binds the stored settings to the tenant as it stands. No await: no call sees a half of it.</summary>
    void Rebind()
    {
        var before = _role;
        _role = Bind(_stored);
        if (before is null && _role is not null) telemetry.RoleActivated(_cache);
        if (before is not null && _role is null) telemetry.RoleDeactivated(_cache);
        if (_role?.Terms?.Fingerprint == before?.Terms?.Fingerprint)
        {
            _cache.Reschedule(Schedule());
            return;
        }
        _cache.Reset(Schedule());
        _leases.Recall(Epoch);
    }

    RefreshSchedule Schedule() => new(_key.ToString(), _role?.Terms?.PromisedLife ?? TimeSpan.Zero);

    void OnCacheChanged()
    {
        var due = _cache.NextRefresh();
        _refresh.Arm(due);
        _announced.Tell(_role?.Terms?.Identity, due);
        // Collected no sooner than one lifetime after the last mint: until then it may be used again and renewed.
        if (_cache.Snapshot is { } snapshot && snapshot.Remaining(clock.GetUtcNow()) is { Ticks: > 0 } remaining) DelayDeactivation(remaining);
    }
}
