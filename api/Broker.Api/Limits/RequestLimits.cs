using Broker.Api.Calls;
using Broker.Api.Leases;

namespace Broker.Api.Limits;

/// <summary>
/// Requests per second of tenants, roles and keys, counted in this process. The limits themselves are settings of the tenant
/// and role, and taken from copies.
/// </summary>
sealed class RequestLimits(LeaseTable leases, TimeProvider clock)
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Whose it is, and its rate: with another rate it is another.</summary>
    readonly record struct Limited(string Name, string? Role, int PerSecond);

    readonly RateBuckets<Limited> _keys = Buckets(clock), _tenants = Buckets(clock), _roles = Buckets(clock);

    /// <summary>The key's own limit, whatever it asks for.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.RateLimited"/>.</exception>
    public void DemandKey(Caller caller)
    {
        if (caller.RequestsPerSecond is { } own && !_keys.TryTake(new(caller.Id, null, own))) throw Refused("key", own);
    }

    /// <summary>The limits of the tenant and role that the call is about.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.RateLimited"/>.</exception>
    public async ValueTask DemandAsync(Call call, CancellationToken cancellationToken)
    {
        var caller = call.Caller;
        // An administrator must get through when a tenant is at its limit: to suspend it, for one.
        if (call.Tenant is not { } tenant || caller.Has(Scope.Admin)) return;
        var rates = (await leases.Rates.GetAsync((tenant, call.RoleName), default, cancellationToken))!;
        if (rates.Tenant is { } ofTenant && !_tenants.TryTake(new(tenant, null, ofTenant))) throw Refused("tenant", ofTenant);
        if (rates.Role is { } ofRole && !_roles.TryTake(new(tenant, call.RoleName, ofRole))) throw Refused("role", ofRole);
    }

    static BrokerException Refused(string kind, int perSecond) =>
        new(ErrorCode.RateLimited, $"The {kind} may ask {perSecond} times per second.") { RetryAfter = RetryAfter };

    /// <summary>A second's worth at once, and the same again with each second.</summary>
    static RateBuckets<Limited> Buckets(TimeProvider clock) => new(limited => new(limited.PerSecond, limited.PerSecond, clock));
}
