namespace Broker.Api.Authentication.Oidc;

/// <summary>How OIDC issuers are reached. Configuration section <c>Oidc</c>.</summary>
public sealed class OidcOptions
{
    /// <summary>
    /// Hosts of issuers that may have private, loopback or link-local addresses, as the issuer's URL names them (an IPv6 address
    /// in brackets), without port. Default: none.
    /// </summary>
    public string[] AllowedPrivateHosts { get; set; } = [];

    /// <summary>A PEM file with root certificates that issuers may have beside the system's. Null (default): the system's alone.</summary>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    public string? BrokenRule() =>
        AllowedPrivateHosts.FirstOrDefault(host => !IsHost(host)) is { } broken
            ? $"Oidc:AllowedPrivateHosts: '{broken}' is no host as a URL names it."
            : null;

    static bool IsHost(string text) => Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var url) && string.Equals(url.Host, text, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Who operates the platform. Configuration section <c>Platform</c>. OIDC issuers whose tokens are accepted for the platform, in
/// the shape of a tenant's trust: operators sign in with their own names by a rule that gives <c>admin</c>. At most 10; default:
/// none. Configuration cannot name a claim with a colon.
/// </summary>
public sealed class PlatformOptions
{
    /// <summary>The issuers, and what their tokens give. Default: none.</summary>
    public TrustEntry[] Trust { get; set; } = [];

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    public string? BrokenRule()
    {
        var errors = new FieldErrors();
        TrustRules.Check(Trust, "Platform:Trust", Scope.All, errors);
        try { errors.ThrowIfAny(); }
        catch (BrokerException e) { return e.Message; }
        return null;
    }
}
