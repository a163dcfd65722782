using Broker.AlibabaCloud.Sts;
using Broker.Grains.Leases;
using Broker.Grains.Minting;
using Broker.Grains.Storage;
using Microsoft.Extensions.Hosting;

namespace Broker.Grains.Tenants;

/// <summary>One tenant: what bounds its roles, and the names of what it has.</summary>
[GrainType("tenant")]
sealed partial class TenantGrain(
    [PersistentState(TenantSettingsState.Name, GuardedGrainStorage.Name)] IPersistentState<TenantSettingsState> settings,
    [PersistentState(TenantNamesState.Name, GuardedGrainStorage.Name)] IPersistentState<TenantNamesState> names,
    Calm calm, ITenantTable table, StorageGuard guard, IssuedLog issued, StsClients sts, IHostEnvironment environment, TimeProvider clock) : Grain, ITenantGrain
{
    string _name = "";
    LeaseBook _leases = null!;
    ShortStay? _stay;
    TenantSettings? _tenant;
    long _toldVersion;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _name = GrainKeys.Name(this.GetPrimaryKeyString());
        _tenant = settings.State.ToSettings(_name);
        _leases = LeaseBook.Open(this, settings.RecordExists, calm, clock);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _leases?.EndAsync(settings.State.Version, cancellationToken) ?? Task.CompletedTask;

    public Task<TenantSettings?> Find(CancellationToken cancellationToken)
    {
        if (_tenant is null) LeaveSoon();
        return Task.FromResult(_tenant);
    }

    public async Task<Leased<TenantSettings>?> Lease(ILeaseHolder holder, CancellationToken cancellationToken)
    {
        if (await Find(cancellationToken) is not { } tenant) return null;
        _leases.Give(holder);
        return new(tenant, tenant.Version);
    }

    public Task<TenantSettings> GetSettings(Caller caller, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ReadTenant, _name);
        return Task.FromResult(Demand());
    }

    public async Task<TenantPut> PutSettings(Caller caller, TenantDefinition definition, Precondition precondition, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageTenant, _name);
        var present = _tenant;
        precondition.Check(present?.Version ?? 0);
        TenantRules.Validate(definition, environment.IsProduction(), sts.Names);
        if (present is not null && definition.SameAs(present.Definition))
        {
            await TellRolesAsync(cancellationToken);
            return new(PutOutcome.Unchanged, present);
        }
        // What a crash has left of an earlier tenant of this name shall not come to life with the new one.
        if (present is null) await ClearNamesAsync(caller, cancellationToken);
        var places = BucketPlaces.Of(definition);
        var before = present is null ? [] : BucketPlaces.Of(present.Definition);
        await ClaimAsync(places, before, cancellationToken);
        await guard.RunAsync("tenants", () => table.AddAsync(_name, cancellationToken));
        await SaveAsync(settings.State with { Definition = definition }, cancellationToken);
        await KeepAsync(places, before.Keys, cancellationToken);
        return new(present is null ? PutOutcome.Created : PutOutcome.Changed, _tenant!);
    }

    public async Task<TenantSettings> SetSuspended(Caller caller, bool suspended, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageTenant, _name);
        if (Demand().Suspended == suspended) await TellRolesAsync(cancellationToken);
        else await SaveAsync(settings.State with { Suspended = suspended }, cancellationToken);
        return _tenant!;
    }

    public async Task<Exposure[]> Delete(Caller caller, Precondition precondition, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageTenant, _name);
        precondition.Check(_tenant?.Version ?? 0);
        // A part of an earlier deletion that did not come to its end is made good, too.
        if (_tenant is null && names.State.IsEmpty) throw Nothing();
        var before = _tenant is null ? [] : BucketPlaces.Of(_tenant.Definition);
        if (_tenant is not null)
        {
            await settings.SaveAsync(settings.State with { Version = settings.State.Version + 1, UpdatedAt = clock.GetUtcNow(), Definition = null, Suspended = false });
            _tenant = null;
            _leases.Recall(settings.State.Version);
        }
        var exposure = await ClearNamesAsync(caller, cancellationToken);
        await KeepAsync([], before.Keys, cancellationToken);
        await guard.RunAsync("tenants", () => table.RemoveAsync(_name, cancellationToken));
        LeaveSoon();
        return exposure;
    }

    public async Task Settle(CancellationToken cancellationToken)
    {
        await Task.WhenAll(names.State.Roles.Select(role => Role(role).Settle(cancellationToken)));
        await _leases.SettledAsync(cancellationToken);
    }

    public Task<Exposure[]> GetExposure(Caller caller, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageKeys, _name);
        return issued.ReadAliveAsync(_name, null, cancellationToken);
    }

    TenantSettings Demand() => _tenant ?? throw Nothing();

    BrokerException Nothing()
    {
        LeaveSoon();
        return new(ErrorCode.NotFound, "There is no such tenant.");
    }

    void LeaveSoon() => (_stay ??= new(this, () => _tenant is not null || !_leases.Settled)).Begin();

    IRoleGrain Role(string role) => GrainFactory.Role(new(_name, role));

    /// <summary>Stores the next version, and tells the roles.</summary>
    async Task SaveAsync(TenantSettingsState next, CancellationToken cancellationToken)
    {
        await settings.SaveAsync(next with { Version = settings.State.Version + 1, UpdatedAt = clock.GetUtcNow() });
        _tenant = settings.State.ToSettings(_name)!;
        _leases.Recall(_tenant.Version);
        await TellRolesAsync(cancellationToken);
    }

    /// <summary>When this has returned, no role works under an older version. A failure is made good by the same change again.</summary>
    async Task TellRolesAsync(CancellationToken cancellationToken)
    {
        var tenant = _tenant!;
        if (_toldVersion == tenant.Version) return;
        await Task.WhenAll(names.State.Roles.Select(role => Role(role).TenantChanged(tenant, cancellationToken)));
        _toldVersion = tenant.Version;
    }

    /// <summary>Claims before the tenant is written; where one bucket refuses, the others get their new claims back.</summary>
    async Task ClaimAsync(Dictionary<string, string[]> places, Dictionary<string, string[]> before, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (bucket, prefixes) in places) await GrainFactory.Bucket(bucket).Claim(_name, prefixes, cancellationToken);
        }
        catch (BrokerException)
        {
            await KeepAsync(before, places.Keys, cancellationToken);
            throw;
        }
    }

    async Task KeepAsync(Dictionary<string, string[]> places, IEnumerable<string> otherBuckets, CancellationToken cancellationToken)
    {
        foreach (var bucket in places.Keys.Union(otherBuckets))
            await GrainFactory.Bucket(bucket).Keep(_name, places.GetValueOrDefault(bucket, []), cancellationToken);
    }
}
