using Broker.Grains.Storage;
using Broker.Grains.Tenants;

namespace Broker.Grains.Roles;

/// <summary>Whether what a role knows of itself and its tenant is still what is stored: another activation may have written.</summary>
sealed partial class RoleGrain
{
    bool _superseded;

    /// <summary>Acts on what was changed elsewhere; answers the timestamp since when memory and storage agree.</summary>
    async Task<long> RereadAsync()
    {
        var now = clock.GetTimestamp();
        var seen = await tenants.SeeAsync(_key.Tenant);
        var stored = await storage.PeekAsync<RoleSettingsState>(RoleSettingsState.Name, this.GetGrainId());
        if (stored.Version > settings.State.Version || stored.Revocations > settings.State.Revocations)
        {
            _superseded = true;
            DeactivateOnIdle();
        }
        if (Know(seen)) await RebindToTenantAsync();
        return Math.Min(now, seen.At);
    }

    /// <summary>Takes over what is stored of the tenant; false: it is no newer than what is known.</summary>
    bool Know(StoredTenants.Seen seen)
    {
        if (seen.Version <= _tenantVersion) return false;
        (_tenant, _tenantVersion) = (seen.Settings, seen.Version);
        return true;
    }

    static BrokerException Superseded() => new(ErrorCode.Unavailable, "It was changed elsewhere. Try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
