using Broker.Api.Leases;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Broker.Api.Authentication.Oidc;

/// <summary>
/// Finds out who calls with a token. It is judged by the trust of the tenant in the path, then by the platform's. Its issuer is
/// asked for keys only when a rule already fits it: nobody makes the broker call an address by naming it.
/// </summary>
sealed partial class TokenAuthenticator(LeaseTable leases, PlatformOptions platform, TrustedIssuers issuers, TimeProvider clock, ILogger<TokenAuthenticator> logger)
{
    const string Scheme = "https://";

    static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    static readonly JsonWebTokenHandler Handler = new();

    /// <summary>The caller; null when the token is refused, for whatever reason.</summary>
    /// <param name="credential">The token.</param>
    /// <param name="tenant">The tenant that the path names; null: none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Caller?> FindAsync(string credential, string? tenant, CancellationToken cancellationToken)
    {
        if (ReceivedToken.TryRead(credential) is not { } token)
        {
            LogMalformed();
            return null;
        }
        var owner = tenant;
        var match = TrustMatch.Find(await TrustOfAsync(tenant, cancellationToken), token);
        if (match is null) (owner, match) = (null, TrustMatch.Find(platform.Trust, token));
        if (match is null)
        {
            LogUntrusted();
            return null;
        }
        if (!await IsGenuineAsync(token, match, cancellationToken)) return null;
        // An issuer has no '#', so no two subjects share an id.
        var id = $"{Caller.OidcPrefix}{token.Issuer[Scheme.Length..]}#{token.Subject}";
        return new(id, owner, match.Scopes, match.Roles, ExpiresAt: new DateTimeOffset(token.Jwt.ValidTo));
    }

    /// <summary>Whether the issuer of the caller of this id is trusted by the tenant or the platform still.</summary>
    public async Task<bool> TrustsAsync(string callerId, string tenant, CancellationToken cancellationToken)
    {
        var issuer = Scheme + callerId[Caller.OidcPrefix.Length..].Split('#')[0];
        var trust = await TrustOfAsync(tenant, cancellationToken);
        return trust.Concat(platform.Trust).Any(entry => entry.Issuer == issuer);
    }

    async Task<TrustEntry[]> TrustOfAsync(string? tenant, CancellationToken cancellationToken) =>
        Names.IsValid(tenant) ? (await leases.Tenants.GetAsync(tenant!, default, cancellationToken))?.Definition.Trust ?? [] : [];

    async Task<bool> IsGenuineAsync(ReceivedToken token, TrustMatch match, CancellationToken cancellationToken)
    {
        var key = await issuers.Keys(token.Issuer).FindAsync(token.Jwt.Kid, token.Jwt.Alg, cancellationToken);
        if (key is null)
        {
            LogRefused(token.Issuer, "no such key");
            return false;
        }
        var result = await Handler.ValidateTokenAsync(token.Jwt, Parameters(token.Issuer, match.Audiences, key));
        if (!result.IsValid) LogRefused(token.Issuer, result.Exception.GetType().Name);
        return result.IsValid;
    }

    TokenValidationParameters Parameters(string issuer, string[] audiences, JsonWebKey key) => new()
    {
        ValidIssuer = issuer,
        ValidAudiences = audiences,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        IssuerSigningKey = key,
        ValidAlgorithms = SigningKeys.Algorithms,
        LifetimeValidator = (begin, end, _, _) => IsCurrent(begin, end),
    };

    bool IsCurrent(DateTime? begin, DateTime? end)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return end > now - Skew && (begin is null || begin <= now + Skew);
    }

    [LoggerMessage(LogLevel.Debug, "A token is refused: its form is not accepted.")]
    partial void LogMalformed();

    [LoggerMessage(LogLevel.Debug, "A token is refused: no trust fits it.")]
    partial void LogUntrusted();

    [LoggerMessage(LogLevel.Debug, "A token of {Issuer} is refused: {Kind}.")]
    partial void LogRefused(string issuer, string kind);
}
