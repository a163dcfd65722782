using Broker.Grains.Storage;

namespace Broker.Grains.Roles;

/// <summary>A role's settings, from its first version to its end.</summary>
sealed partial class RoleGrain
{
    IRoleHistoryGrain History => GrainFactory.GetGrain<IRoleHistoryGrain>(_key.ToString());

    public Task<RoleSettings> GetSettings(Caller caller, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ReadRole, _key.Tenant, _key.Role);
        return Task.FromResult(Role.Settings);
    }

    public async Task<RolePut> PutSettings(Caller caller, RoleDefinition definition, Precondition precondition, CancellationToken cancellationToken)
    {
        await ReadTenantAsync(cancellationToken);
        DemandChange(caller);
        var present = settings.State;
        precondition.Check(present.Definition is null ? 0 : present.Version);
        return await PutAsync(caller, Valid(caller, definition), cancellationToken);
    }

    public async Task<RoleSettings[]> GetVersions(Caller caller, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageRole, _key.Tenant, _key.Role);
        var present = Role.Settings;
        var earlier = await History.Before(present.Version);
        return [present, .. earlier.Reverse().Select(v => new RoleSettings(_key, v.Version, v.UpdatedAt, v.Definition))];
    }

    public async Task<RolePut> Rollback(Caller caller, long version, Precondition precondition, CancellationToken cancellationToken)
    {
        DemandChange(caller);
        precondition.Check(Role.Settings.Version);
        var wanted = (await GetVersions(caller, cancellationToken)).FirstOrDefault(v => v.Version == version)
            ?? throw new BrokerException(ErrorCode.NotFound, $"The role has no version {version}, or keeps it no longer: it keeps the last {RoleRules.KeptVersions}.");
        return await PutAsync(caller, Valid(caller, wanted.Definition), cancellationToken);
    }

    public async Task Delete(Caller caller, Precondition precondition, CancellationToken cancellationToken)
    {
        await ReadTenantAsync(cancellationToken);
        DemandChange(caller);
        var tenant = GrainFactory.Tenant(_key.Tenant);
        precondition.Check(settings.State.Definition is null ? 0 : settings.State.Version);
        var existed = settings.State.Definition is not null;
        await EndAsync();
        // What a crash has left of an earlier end is ended too.
        _endedUrls = await tenant.DropUrls(caller, _key.Role, cancellationToken);
        await tenant.Leave(TenantIndex.Warm, _key.Role, cancellationToken);
        await tenant.Leave(TenantIndex.Roles, _key.Role, cancellationToken);
        if (!existed) throw Nothing("There is no such role.");
        LeaveSoon();
    }

    public Task TenantDeleted(Caller caller, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageTenant, _key.Tenant);
        _tenant = null;
        return EndAsync();
    }

    /// <summary>A role that does not exist is not told of its tenant's changes.</summary>
    async Task ReadTenantAsync(CancellationToken cancellationToken)
    {
        if (_role is null) Know(await GrainFactory.Tenant(_key.Tenant).Find(cancellationToken));
    }

    /// <summary>What the definition means as this caller's: with what only an administrator sets, checked, with its defaults.</summary>
    RoleDefinition Valid(Caller caller, RoleDefinition definition)
    {
        var kept = RoleRules.KeepReserved(caller, definition, settings.State.Definition);
        RoleRules.Validate(kept, Tenant.Definition);
        return RoleRules.WithDefaults(kept);
    }

    async Task<RolePut> StoreAsync(Caller caller, RoleDefinition definition, CancellationToken cancellationToken)
    {
        var present = settings.State;
        var exists = present.Definition is not null;
        if (exists && RoleRules.MeanTheSame(definition, present.Definition!)) return new(PutOutcome.Unchanged, Role.Settings);
        if (!exists) await EnterAsync(caller, cancellationToken);

        var next = present with { Version = present.Version + 1, UpdatedAt = clock.GetUtcNow(), Definition = definition };
        var bound = Bind(next) ?? throw Nothing("There is no such tenant.");
        bound.ThrowIfTooLong();
        await History.Enter(exists ? Entry(present) : null, Entry(next));
        // What is stored goes first: after a crash in between, nothing of the old policy can come back.
        if (bound.Terms?.Fingerprint != _role?.Terms?.Fingerprint) await CredentialStore.RemoveAsync(credentials);
        // The tenant may have been deleted while this waited; between this line and the write nothing can come.
        _ = Tenant;
        await SaveAsync(next);
        return new(exists ? PutOutcome.Changed : PutOutcome.Created, Role.Settings);
    }

    /// <summary>From its entry on, the tenant tells this role of its changes; what it missed until then comes with the entry.</summary>
    async Task EnterAsync(Caller caller, CancellationToken cancellationToken)
    {
        var tenant = GrainFactory.Tenant(_key.Tenant);
        await TenantChanged(await tenant.Enter(caller, TenantIndex.Roles, _key.Role, cancellationToken), cancellationToken);
        // URLs of a role of this name that a crash has kept from ending with it.
        _endedUrls = await tenant.DropUrls(caller, _key.Role, cancellationToken);
    }

    /// <summary>Vends nothing from the first step on, and leaves no credentials. Versions go on when the role is made again.</summary>
    async Task EndAsync()
    {
        var present = settings.State;
        if (present.Definition is not null) await SaveAsync(present with { Version = present.Version + 1, UpdatedAt = clock.GetUtcNow(), Definition = null });
        else Rebind();
        await CredentialStore.RemoveAsync(credentials);
        await History.Clear();
    }

    void DemandChange(Caller caller)
    {
        AccessRules.Demand(caller, BrokerAction.ManageRole, _key.Tenant, _key.Role);
        Tenant.DemandChangeable(caller);
    }

    static RoleVersion Entry(RoleSettingsState state) => new(state.Version, state.UpdatedAt, state.Definition!);
}
