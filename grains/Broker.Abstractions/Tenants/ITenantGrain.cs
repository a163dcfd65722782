using Orleans.Concurrency;

namespace Broker;

/// <summary>One tenant; its key is <c>t/{tenant}</c>, see <see cref="GrainKeys"/>.</summary>
[Alias("Broker.ITenantGrain")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>The tenant as it stands; null when there is none.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<TenantSettings?> Find(CancellationToken cancellationToken);

    /// <summary>Sets the tenant, and tells its roles before it answers.</summary>
    [Alias("PutSettings")]
    Task<TenantPut> PutSettings(Caller caller, TenantDefinition definition, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>Enters a role's name, before the role is made, and answers the tenant as it stands then.</summary>
    [Alias("EnterRole")]
    Task<TenantSettings> EnterRole(string role, CancellationToken cancellationToken);

    /// <summary>Enters an API key's id, before the key is made.</summary>
    [Alias("EnterKey")]
    Task EnterKey(string keyId, CancellationToken cancellationToken);
}

/// <summary>One bucket, which knows whose each prefix in it is; its key is <c>o/{bucket}</c>.</summary>
[Alias("Broker.IBucketGrain")]
public interface IBucketGrain : IGrainWithStringKey
{
    /// <summary>Takes the prefixes for the tenant, beside those that it has. <see cref="ErrorCode.Conflict"/> when one overlaps another tenant's.</summary>
    [Alias("Claim")]
    Task Claim(string tenant, string[] prefixes, CancellationToken cancellationToken);

    /// <summary>Gives back all of the tenant's prefixes but these.</summary>
    [Alias("Keep")]
    Task Keep(string tenant, string[] prefixes, CancellationToken cancellationToken);
}
