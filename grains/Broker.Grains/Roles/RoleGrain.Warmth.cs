using Broker.Grains.Warmth;

namespace Broker.Grains.Roles;

/// <summary>A role that is kept warm: it is renewed without a request.</summary>
sealed partial class RoleGrain : IWarmRoleGrain
{
    /// <summary>Whether a change is under way that makes it one.</summary>
    bool _warming;

    public async Task<bool> KeepWarm()
    {
        if (_role is null && !_warming) LeaveSoon();
        await KeepWarmAsync();
        return IsKeptWarm || _warming;
    }

    bool IsKeptWarm => _role?.Settings.Definition.KeepWarm == true;

    /// <summary>Completes when it has usable credentials, has tried in vain, or may have none.</summary>
    Task KeepWarmAsync() => IsKeptWarm && _role?.Terms is not null ? _cache.KeepWarmAsync() : Task.CompletedTask;

    /// <summary>Enters the role among those that are kept warm before it is one, and strikes it after it was one.</summary>
    async Task<RolePut> PutAsync(Caller caller, RoleDefinition definition, CancellationToken cancellationToken)
    {
        var tenant = GrainFactory.Tenant(_key.Tenant);
        _warming = definition.KeepWarm == true;
        try
        {
            if (_warming) await tenant.Enter(caller, TenantIndex.Warm, _key.Role, cancellationToken);
            if (_warming) await GrainFactory.WarmShard(_key).Enter(_key);
            return await StoreAsync(caller, definition, cancellationToken);
        }
        finally
        {
            _warming = false;
            _ = KeepWarmAsync();
            // Whatever has come of this change, and whatever a crash has left of an earlier one.
            if (!IsKeptWarm) await tenant.Leave(TenantIndex.Warm, _key.Role, CancellationToken.None);
        }
    }
}
