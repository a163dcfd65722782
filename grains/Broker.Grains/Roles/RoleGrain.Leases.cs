namespace Broker.Grains.Roles;

/// <summary>What a role lets API processes answer by themselves, and how it ends that.</summary>
sealed partial class RoleGrain
{
    string[] _endedUrls = [];
    long _tenantVersion;

    /// <summary>Each of its terms only ever grows, also when the role or its tenant is deleted and made again.</summary>
    long Epoch => _stored.Version + _stored.Revocations + _tenantVersion;

    public async Task<Leased<CredentialSnapshot>> LeaseCredentials(Caller caller, TimeSpan minRemaining, ILeaseHolder holder, long served, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.GetCredentials, _key.Tenant, _key.Role);
        DemandAttainable(minRemaining);
        _requests += served;
        while (true)
        {
            var snapshot = await CurrentAsync(minRemaining, cancellationToken);
            // In the turn of the answer: what was changed since is of another epoch.
            if (!ReferenceEquals(snapshot, _cache.Snapshot)) continue;
            _leases.Give(holder);
            return new(snapshot, Epoch);
        }
    }

    public async Task Settle(CancellationToken cancellationToken)
    {
        await _cache.CompleteFlightsAsync(cancellationToken);
        if (_narrowed is not null) await _narrowed.DropAsync(cancellationToken);
        await Task.WhenAll(_endedUrls.Select(id => GrainFactory.CredentialUrl(id).Settle(cancellationToken)));
        await _leases.SettledAsync(cancellationToken);
    }

    void Know(TenantSettings? tenant)
    {
        _tenant = tenant;
        _tenantVersion = Math.Max(_tenantVersion, tenant?.Version ?? 0);
    }

    /// <summary>Whoever made a change that its activation did not live to settle makes it again, and must wait as long.</summary>
    void RecallOfAChangeCutOff()
    {
        var changedAt = _tenant?.UpdatedAt > settings.State.UpdatedAt ? _tenant.UpdatedAt : settings.State.UpdatedAt;
        if (clock.GetUtcNow() - changedAt < LeaseTerm.Settled) _leases.Recall(Epoch);
    }
}
