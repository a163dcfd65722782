namespace Broker;

/// <summary>Who asks: an API key, an OIDC token's subject, a credential URL, or the bootstrap administrator. Never holds the credential itself.</summary>
/// <param name="Id">The key's id, or <c>oidc:{issuer}#{subject}</c>, as audit and logs name it.</param>
/// <param name="Tenant">The tenant that the caller belongs to; null: the platform.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Roles">The roles that it is bound to; null: all of its tenant, later ones too.</param>
/// <param name="DefaultRole">The role that is meant where a request names none; null: none.</param>
/// <param name="ExpiresAt">When it ends; null: never.</param>
/// <param name="RequestsPerSecond">How often it may ask each API process; null: no limit of its own.</param>
[GenerateSerializer, Immutable, Alias("Broker.Caller")]
public sealed record Caller(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Tenant,
    [property: Id(2)] string[] Scopes,
    [property: Id(3)] string[]? Roles = null,
    [property: Id(4)] string? DefaultRole = null,
    [property: Id(5)] DateTimeOffset? ExpiresAt = null,
    [property: Id(6)] int? RequestsPerSecond = null)
{
    /// <summary>What the ids of OIDC callers begin with; no key's id does.</summary>
    public const string OidcPrefix = "oidc:";

    /// <summary>Whether it has the scope.</summary>
    public bool Has(string scope) => Array.IndexOf(Scopes, scope) >= 0;
}

/// <summary>The scopes, by their names in the API.</summary>
public static class Scope
{
    /// <summary>Everything, every tenant.</summary>
    public const string Admin = "admin";
    /// <summary>Roles, keys and credential URLs of its own tenant; not the data plane.</summary>
    public const string TenantAdmin = "tenant:admin";
    /// <summary>STS credentials.</summary>
    public const string ReadCredentials = "credentials:read";
    /// <summary>Signed URLs.</summary>
    public const string CreateSignedUrls = "signed-urls:create";
    /// <summary>Upload forms.</summary>
    public const string CreatePostPolicies = "post-policies:create";
    /// <summary>The tenant's audit.</summary>
    public const string ReadAudit = "audit:read";

    /// <summary>Every scope.</summary>
    public static readonly string[] All = [Admin, TenantAdmin, ReadCredentials, CreateSignedUrls, CreatePostPolicies, ReadAudit];

    /// <summary>The scopes of the data plane.</summary>
    public static readonly string[] Data = [ReadCredentials, CreateSignedUrls, CreatePostPolicies];
}
