using System.Text.Json.Serialization;

namespace Broker;

/// <summary>What an administrator says of a tenant: the outer bound of all its roles.</summary>
[GenerateSerializer, Immutable, Alias("Broker.TenantDefinition")]
public sealed record TenantDefinition
{
    /// <summary>A name for people; at most 200 characters.</summary>
    [Id(0)] public string DisplayName { get; init; } = "";

    /// <summary>Which RAM roles, buckets and prefixes the tenant's roles may use. At most 20.</summary>
    [Id(1)] public StorageEntry[] Storage { get; init; } = [];

    /// <summary>Bounds on what the tenant may have.</summary>
    [Id(2)] public TenantLimits Limits { get; init; } = new();

    /// <summary>OIDC issuers whose tokens are accepted for the tenant. At most 10.</summary>
    [Id(3)] public TrustEntry[] Trust { get; init; } = [];
}

/// <summary>An OIDC issuer that is trusted, for a tenant or for the platform.</summary>
/// <remarks><see cref="TrustRules"/> says what is valid.</remarks>
[GenerateSerializer, Immutable, Alias("Broker.TrustEntry")]
public sealed record TrustEntry
{
    /// <summary>The issuer, <c>https://…</c>, exactly as its tokens name it; at most 512 characters.</summary>
    [JsonRequired, Id(0)] public string Issuer { get; init; } = "";

    /// <summary>The audience that a token must name; 1 to 512 characters.</summary>
    [JsonRequired, Id(1)] public string Audience { get; init; } = "";

    /// <summary>What tokens with which claims may do; 1 to 20. A token that several rules fit has what all of them give.</summary>
    [JsonRequired, Id(2)] public TrustRule[] Rules { get; init; } = [];
}

/// <summary>What a token with these claims may do.</summary>
[GenerateSerializer, Immutable, Alias("Broker.TrustRule")]
public sealed record TrustRule
{
    /// <summary>Claims and the exact value of each, which is the claim's text or one element of its array; 1 to 10, and a token has them all.</summary>
    [JsonRequired, Id(0)] public Dictionary<string, string> Claims { get; init; } = [];

    /// <summary>Scopes; at least one, and never <c>admin</c> for a tenant.</summary>
    [JsonRequired, Id(1)] public string[] Scopes { get; init; } = [];

    /// <summary>Roles; null: all of the tenant.</summary>
    [Id(2)] public string[]? Roles { get; init; }
}

/// <summary>Bounds on what a tenant may have.</summary>
[GenerateSerializer, Immutable, Alias("Broker.TenantLimits")]
public sealed record TenantLimits
{
    /// <summary>How many roles; 0 to 100,000, default 1,000.</summary>
    [Id(0)] public int Roles { get; init; } = 1000;

    /// <summary>Requests per second in each API process; 1 to 1,000,000; null (default): no limit.</summary>
    [Id(1)] public int? RequestsPerSecond { get; init; }

    /// <summary>How many narrowed sessions; 0 to 100,000, default 1,000.</summary>
    [Id(2)] public int NarrowedSessions { get; init; } = 1000;

    /// <summary>How many roles may be kept warm; 0 to 10,000, default 0.</summary>
    [Id(3)] public int KeepWarmRoles { get; init; }

    /// <summary>Hosts to which upload callbacks may go; none by default, at most 20.</summary>
    [Id(4)] public string[] CallbackHosts { get; init; } = [];
}

/// <summary>One place where a tenant's roles may work.</summary>
[GenerateSerializer, Immutable, Alias("Broker.StorageEntry")]
public sealed record StorageEntry
{
    /// <summary>The name by which roles refer to it.</summary>
    [JsonRequired, Id(0)] public string Name { get; init; } = "";

    /// <summary>The RAM role that is assumed: <c>acs:ram::{account}:role/{name}</c>.</summary>
    [JsonRequired, Id(1)] public string RoleArn { get; init; } = "";

    /// <summary>The external id that the role's trust policy asks for; null: none.</summary>
    [Id(2)] public string? ExternalId { get; init; }

    /// <summary>The bucket.</summary>
    [JsonRequired, Id(3)] public string Bucket { get; init; } = "";

    /// <summary>The bucket's region, such as <c>cn-hangzhou</c>; signatures name it.</summary>
    [JsonRequired, Id(4)] public string Region { get; init; } = "";

    /// <summary>Null: the region's public endpoint. Otherwise <c>https://host[:port]</c>; <c>http://</c> for loopback hosts only.</summary>
    [Id(5)] public string? Endpoint { get; init; }

    /// <summary><c>virtual</c> (default), <c>cname</c>, or <c>path</c> (loopback endpoints only).</summary>
    [Id(6)] public string Addressing { get; init; } = "virtual";

    /// <summary>The prefix below which the tenant's objects lie; empty: the whole bucket.</summary>
    [Id(7)] public string KeyPrefix { get; init; } = "";

    /// <summary>The configured source identity that assumes the role; null: the default one.</summary>
    [Id(8)] public string? Identity { get; init; }
}

/// <summary>A tenant as it stands.</summary>
/// <param name="Tenant">Its name.</param>
/// <param name="Version">Counts its changes, from 1.</param>
/// <param name="UpdatedAt">When the version was made.</param>
/// <param name="Definition">What the administrator said.</param>
/// <param name="Suspended">Whether nothing is vended for it.</param>
[GenerateSerializer, Immutable, Alias("Broker.TenantSettings")]
public sealed record TenantSettings(
    [property: Id(0)] string Tenant,
    [property: Id(1)] long Version,
    [property: Id(2)] DateTimeOffset UpdatedAt,
    [property: Id(3)] TenantDefinition Definition,
    [property: Id(4)] bool Suspended = false)
{
    /// <summary>While it is suspended, only an administrator changes anything of it.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.TenantSuspended"/>.</exception>
    public void DemandChangeable(Caller caller)
    {
        if (Suspended && !caller.Has(Scope.Admin)) throw SuspendedError();
    }

    /// <summary>What is answered for a suspended tenant.</summary>
    public static BrokerException SuspendedError() => new(ErrorCode.TenantSuspended, "The tenant is suspended.");
}

/// <summary>The outcome of a tenant's PUT.</summary>
[GenerateSerializer, Immutable, Alias("Broker.TenantPut")]
public sealed record TenantPut([property: Id(0)] PutOutcome Outcome, [property: Id(1)] TenantSettings Settings);
