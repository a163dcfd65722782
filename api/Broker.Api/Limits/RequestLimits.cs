using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Broker.Api.Calls;

namespace Broker.Api.Limits;

/// <summary>
/// Requests per second of tenants, roles and keys, counted in this process. The limits themselves are settings of the tenant
/// and role; what their grains said is taken for true for a few seconds.
/// </summary>
sealed class RequestLimits(IGrainFactory grains, TimeProvider clock) : IDisposable
{
    const int MostKnown = 100_000;

    static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(5), RetryAfter = TimeSpan.FromSeconds(1);

    readonly record struct Bucket(string Kind, string Name, int PerSecond);

    readonly record struct Known(RequestRates Rates, DateTimeOffset Until);

    readonly ConcurrentDictionary<(string Tenant, string? Role), Known> _known = new();

    readonly PartitionedRateLimiter<Bucket> _limiter = PartitionedRateLimiter.Create<Bucket, Bucket>(bucket => RateLimitPartition.GetTokenBucketLimiter(bucket, Options));

    /// <summary>The key's own limit, whatever it asks for.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.RateLimited"/>.</exception>
    public void DemandKey(Caller caller)
    {
        if (caller.RequestsPerSecond is { } own) Demand(new("key", caller.Id, own));
    }

    /// <summary>The limits of the tenant and role that the call is about.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.RateLimited"/>.</exception>
    public async ValueTask DemandAsync(Call call, CancellationToken cancellationToken)
    {
        var caller = call.Caller;
        // An administrator must get through when a tenant is at its limit: to suspend it, for one.
        if (call.Tenant is not { } tenant || caller.Has(Scope.Admin)) return;
        var rates = await RatesAsync(tenant, call.RoleName, cancellationToken);
        if (rates.Tenant is { } ofTenant) Demand(new("tenant", tenant, ofTenant));
        if (rates.Role is { } ofRole) Demand(new("role", $"{tenant}/{call.RoleName}", ofRole));
    }

    public void Dispose() => _limiter.Dispose();

    void Demand(Bucket bucket)
    {
        using var lease = _limiter.AttemptAcquire(bucket);
        if (!lease.IsAcquired)
            throw new BrokerException(ErrorCode.RateLimited, $"The {bucket.Kind} may ask {bucket.PerSecond} times per second.") { RetryAfter = RetryAfter };
    }

    async ValueTask<RequestRates> RatesAsync(string tenant, string? role, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue((tenant, role), out var known) && now < known.Until) return known.Rates;
        var rates = role is not null
            ? await grains.Role(new(tenant, role)).GetRates(cancellationToken)
            : new((await grains.Tenant(tenant).Find(cancellationToken))?.Definition.Limits.RequestsPerSecond, null);
        if (_known.Count >= MostKnown) _known.Clear();
        _known[(tenant, role)] = new(rates, now + KnownFor);
        return rates;
    }

    /// <summary>A second's worth at once, and the same again with each second.</summary>
    static TokenBucketRateLimiterOptions Options(Bucket bucket) => new()
    {
        TokenLimit = bucket.PerSecond,
        TokensPerPeriod = bucket.PerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };
}
