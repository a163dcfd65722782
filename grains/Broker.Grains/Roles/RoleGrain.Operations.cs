using Broker.Grains.Minting;
using Broker.Grains.Storage;

namespace Broker.Grains.Roles;

/// <summary>What operators see of a role and do with it.</summary>
sealed partial class RoleGrain
{
    public Task<RoleStatus> GetStatus(Caller caller, long served, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ReadRole, _key.Tenant, _key.Role);
        _requests += served;
        return Task.FromResult(Status());
    }

    public async Task<Preview> Preview(Caller caller, RoleDefinition definition, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageRole, _key.Tenant, _key.Role);
        await ReadTenantAsync(cancellationToken);
        var given = Valid(caller, definition);
        var present = _role?.Settings;
        if (present is null) LeaveSoon();
        var terms = SessionTerms.Compile(new(_key, (present?.Version ?? 0) + 1, clock.GetUtcNow(), given), Tenant.Definition);
        return RolePreview.Of(present, given, terms);
    }

    public Task<Explanation> Explain(Caller caller, ExplainRequest request, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ReadRole, _key.Tenant, _key.Role);
        // Compiled anew: what the settings mean can be asked of a role that vends nothing, too.
        return Task.FromResult(RoleExplanation.Of(SessionTerms.Compile(Role.Settings, Tenant.Definition), request, clock.GetUtcNow()));
    }

    public async Task<RoleRefresh> Refresh(Caller caller, CancellationToken cancellationToken)
    {
        DemandChange(caller);
        _ = Role.Vendable();
        await _cache.RenewAsync(cancellationToken);
        _leases.RecallGiven(Epoch);
        return new(Status(), _cache.Snapshot?.AccessKeyId ?? "");
    }

    public async Task Revoke(Caller caller, CancellationToken cancellationToken)
    {
        DemandChange(caller);
        _ = Role;
        // Counted where it outlives this activation: whatever was minted before is of other terms from here on.
        await SaveAsync(settings.State with { Revocations = settings.State.Revocations + 1 });
        await CredentialStore.RemoveAsync(credentials);
    }

    public Task<RequestRates> GetRates(CancellationToken cancellationToken)
    {
        if (_role is null) LeaveSoon();
        return Task.FromResult(new RequestRates(_tenant?.Definition.Limits.RequestsPerSecond, _role?.Settings.Definition.Limits.RequestsPerSecond));
    }

    public Task<Exposure[]> GetExposure(Caller caller, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageRole, _key.Tenant, _key.Role);
        return issued.ReadAliveAsync(_key.Tenant, _key.Role, cancellationToken);
    }

    RoleStatus Status()
    {
        var (snapshot, failure, now) = (_cache.Snapshot, _cache.Failure, clock.GetUtcNow());
        var live = snapshot is not null && snapshot.Expiration > now;
        var state = failure is not null ? "failing" : !live ? "none" : Schedule().AdvisoryRefreshNeeded(snapshot!, now) ? "stale" : "fresh";
        var error = failure is null ? null : new RoleError(failure.Error.Code, failure.Error.Message, failure.Error.StsRequestId, failure.At);
        return new(state, live ? snapshot!.Expiration : null, live ? snapshot!.IssuedAt : null, _cache.NextRefresh(), error, _requests, _stsCalls, Role.Settings.Version);
    }
}
