using System.Threading.RateLimiting;
using Broker.Api.Calls;
using Broker.Api.Leases;

namespace Broker.Api.Limits;

/// <summary>
/// Requests per second of tenants, roles and keys, counted in this process. The limits themselves are settings of the tenant
/// and role, and taken from copies.
/// </summary>
sealed class RequestLimits(LeaseTable leases) : IDisposable
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly record struct Bucket(string Kind, string Name, string? Role, int PerSecond);

    readonly PartitionedRateLimiter<Bucket> _limiter = PartitionedRateLimiter.Create<Bucket, Bucket>(static bucket => RateLimitPartition.Get(bucket, Limiter));

    /// <summary>The key's own limit, whatever it asks for.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.RateLimited"/>.</exception>
    public void DemandKey(Caller caller)
    {
        if (caller.RequestsPerSecond is { } own) Demand(new("key", caller.Id, null, own));
    }

    /// <summary>The limits of the tenant and role that the call is about.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.RateLimited"/>.</exception>
    public async ValueTask DemandAsync(Call call, CancellationToken cancellationToken)
    {
        var caller = call.Caller;
        // An administrator must get through when a tenant is at its limit: to suspend it, for one.
        if (call.Tenant is not { } tenant || caller.Has(Scope.Admin)) return;
        var rates = (await leases.Rates.GetAsync((tenant, call.RoleName), default, cancellationToken))!;
        if (rates.Tenant is { } ofTenant) Demand(new("tenant", tenant, null, ofTenant));
        if (rates.Role is { } ofRole) Demand(new("role", tenant, call.RoleName, ofRole));
    }

    public void Dispose() => _limiter.Dispose();

    void Demand(Bucket bucket)
    {
        using var lease = _limiter.AttemptAcquire(bucket);
        if (!lease.IsAcquired)
            throw new BrokerException(ErrorCode.RateLimited, $"The {bucket.Kind} may ask {bucket.PerSecond} times per second.") { RetryAfter = RetryAfter };
    }

    /// <summary>A second's worth at once, and the same again with each second. All of them are replenished by one timer.</summary>
    static TokenBucketRateLimiter Limiter(Bucket bucket) => new(new()
    {
        TokenLimit = bucket.PerSecond,
        TokensPerPeriod = bucket.PerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = false,
        QueueLimit = 0,
    });
}
