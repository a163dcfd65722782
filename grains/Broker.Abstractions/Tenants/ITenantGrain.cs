using Orleans.Concurrency;

namespace Broker;

/// <summary>One tenant; its key is <c>t/{tenant}</c>, see <see cref="GrainKeys"/>.</summary>
[Alias("Broker.ITenantGrain")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>The tenant as it stands; null when there is none. For grains, and for what precedes a caller's permission.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<TenantSettings?> Find(CancellationToken cancellationToken);

    /// <summary>The same, for an API process, which may go by it for a while.</summary>
    [Alias("Lease"), AlwaysInterleave]
    Task<Leased<TenantSettings>?> Lease(ILeaseHolder holder, CancellationToken cancellationToken);

    /// <summary>The tenant as it stands.</summary>
    [Alias("GetSettings"), AlwaysInterleave]
    Task<TenantSettings> GetSettings(Caller caller, CancellationToken cancellationToken);

    /// <summary>Sets the tenant, and tells its roles before it answers. <see cref="Settle"/> completes it.</summary>
    [Alias("PutSettings")]
    Task<TenantPut> PutSettings(Caller caller, TenantDefinition definition, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>Stops or resumes all vending for the tenant. When it has answered, every role acts on it; <see cref="Settle"/> completes it.</summary>
    [Alias("SetSuspended")]
    Task<TenantSettings> SetSuspended(Caller caller, bool suspended, CancellationToken cancellationToken);

    /// <summary>Ends the tenant with its roles, keys and credential URLs: it vends nothing from the first step on.</summary>
    [Alias("Delete")]
    Task<Exposure[]> Delete(Caller caller, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>Settles every role (<see cref="IRoleGrain.Settle"/>), and waits until no API process goes by older settings.</summary>
    [Alias("Settle"), AlwaysInterleave]
    Task Settle(CancellationToken cancellationToken);

    /// <summary>Every credential of the tenant that still lives, by its end.</summary>
    [Alias("GetExposure"), AlwaysInterleave]
    Task<Exposure[]> GetExposure(Caller caller, CancellationToken cancellationToken);

    /// <summary>Whether the tenant stands and has such a name.</summary>
    [Alias("Has"), AlwaysInterleave]
    Task<bool> Has(TenantIndex index, string name);

    /// <summary>The roles that the caller may read, by name.</summary>
    [Alias("ListRoles"), AlwaysInterleave]
    Task<Page<RoleSettings>> ListRoles(Caller caller, PageRequest page, CancellationToken cancellationToken);

    /// <summary>The API keys, by id.</summary>
    [Alias("ListKeys"), AlwaysInterleave]
    Task<Page<ApiKeyRecord>> ListKeys(Caller caller, PageRequest page, CancellationToken cancellationToken);

    /// <summary>The credential URLs of a role, by id; the token of a page is the last id.</summary>
    [Alias("ListUrls"), AlwaysInterleave]
    Task<Page<NamedCredentialUrl>> ListUrls(Caller caller, string role, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Enters a name, before the thing is made, and answers the tenant as it stands then.</summary>
    [Alias("Enter")]
    Task<TenantSettings> Enter(Caller caller, TenantIndex index, string name, CancellationToken cancellationToken);

    /// <summary>Strikes a name, after the thing is gone.</summary>
    [Alias("Leave")]
    Task Leave(TenantIndex index, string name, CancellationToken cancellationToken);

    /// <summary>Ends every credential URL of a role that is deleted, or that is about to be made; answers their ids.</summary>
    [Alias("DropUrls")]
    Task<string[]> DropUrls(Caller caller, string role, CancellationToken cancellationToken);
}

/// <summary>Which of a tenant's lists of names is meant.</summary>
[GenerateSerializer, Alias("Broker.TenantIndex")]
public enum TenantIndex
{
    /// <summary>Names of roles.</summary>
    Roles,
    /// <summary>Ids of API keys.</summary>
    Keys,
    /// <summary>Credential URLs as <c>{role}/{id}</c>.</summary>
    Urls,
    /// <summary>Names of roles that are kept warm.</summary>
    Warm,
}

/// <summary>A credential URL and its id.</summary>
[GenerateSerializer, Immutable, Alias("Broker.NamedCredentialUrl")]
public sealed record NamedCredentialUrl([property: Id(0)] string Id, [property: Id(1)] CredentialUrlRecord Url);

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

/// <summary>The table of tenants' names; its key is <c>d/tenants</c>. Any silo answers from the table.</summary>
[Alias("Broker.ITenantListGrain")]
public interface ITenantListGrain : IGrainWithStringKey
{
    /// <summary>The tenants, by name.</summary>
    [Alias("List")]
    Task<Page<TenantSettings>> List(Caller caller, PageRequest page, CancellationToken cancellationToken);
}
