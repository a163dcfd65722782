using Broker.Grains.Storage;
using Microsoft.Extensions.Hosting;

namespace Broker.Grains.Tenants;

/// <summary>One tenant: what bounds its roles, and the names of what it has.</summary>
[GrainType("tenant")]
sealed class TenantGrain(
    [PersistentState(TenantSettingsState.Name, GuardedGrainStorage.Name)] IPersistentState<TenantSettingsState> settings,
    [PersistentState(TenantNamesState.Name, GuardedGrainStorage.Name)] IPersistentState<TenantNamesState> names,
    IHostEnvironment environment, TimeProvider clock) : Grain, ITenantGrain
{
    const int MostKeys = 10_000;

    string _name = "";
    TenantSettings? _tenant;
    long _toldVersion;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _name = GrainKeys.Name(this.GetPrimaryKeyString());
        _tenant = settings.State.ToSettings(_name);
        return Task.CompletedTask;
    }

    public Task<TenantSettings?> Find(CancellationToken cancellationToken)
    {
        if (_tenant is null) DeactivateOnIdle();
        return Task.FromResult(_tenant);
    }

    public async Task<TenantPut> PutSettings(Caller caller, TenantDefinition definition, Precondition precondition, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageTenant, _name);
        var present = _tenant;
        precondition.Check(present?.Version ?? 0);
        TenantRules.Validate(definition, environment.IsProduction());
        if (present is not null && definition.SameAs(present.Definition))
        {
            await TellRolesAsync(cancellationToken);
            return new(PutOutcome.Unchanged, present);
        }
        var places = BucketPlaces.Of(definition);
        var before = present is null ? [] : BucketPlaces.Of(present.Definition);
        await ClaimAsync(places, before, cancellationToken);
        var next = new TenantSettingsState { Version = settings.State.Version + 1, UpdatedAt = clock.GetUtcNow(), Definition = definition };
        await settings.SaveAsync(next);
        _tenant = next.ToSettings(_name)!;
        await TellRolesAsync(cancellationToken);
        await KeepAsync(places, before.Keys, cancellationToken);
        return new(present is null ? PutOutcome.Created : PutOutcome.Changed, _tenant);
    }

    public async Task<TenantSettings> EnterRole(string role, CancellationToken cancellationToken)
    {
        var tenant = Demand();
        var roles = names.State.Roles;
        if (roles.Contains(role)) return tenant;
        if (roles.Count >= tenant.Definition.Limits.Roles)
            throw new BrokerException(ErrorCode.Conflict, $"The tenant has as many roles as its limits.roles permit: {tenant.Definition.Limits.Roles}.");
        await names.SaveAsync(names.State with { Roles = [.. roles, role] });
        return _tenant!;
    }

    public async Task EnterKey(string keyId, CancellationToken cancellationToken)
    {
        Demand();
        if (names.State.Keys.Count >= MostKeys) throw new BrokerException(ErrorCode.Conflict, $"A tenant has at most {MostKeys} API keys.");
        await names.SaveAsync(names.State with { Keys = [.. names.State.Keys, keyId] });
    }

    TenantSettings Demand() => _tenant ?? throw new BrokerException(ErrorCode.NotFound, "There is no such tenant.");

    /// <summary>When this has returned, no role works under an older version. A failure is made good by the same PUT again.</summary>
    async Task TellRolesAsync(CancellationToken cancellationToken)
    {
        var tenant = _tenant!;
        if (_toldVersion == tenant.Version) return;
        await Task.WhenAll(names.State.Roles.Select(role => GrainFactory.Role(new(_name, role)).TenantChanged(tenant, cancellationToken)));
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
