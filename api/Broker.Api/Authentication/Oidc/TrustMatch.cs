namespace Broker.Api.Authentication.Oidc;

/// <summary>What a trust makes of a token that its issuer turns out to have signed. Pure.</summary>
/// <param name="Audiences">The audiences that the matching entries ask for.</param>
/// <param name="Scopes">What all matching rules give together.</param>
/// <param name="Roles">The same for roles; null: all of the tenant.</param>
sealed record TrustMatch(string[] Audiences, string[] Scopes, string[]? Roles)
{
    /// <summary>Null when no rule fits the token.</summary>
    public static TrustMatch? Find(TrustEntry[] trust, ReceivedToken token)
    {
        var entries = trust.Where(e => e.Issuer == token.Issuer && token.Has("aud", e.Audience)).ToArray();
        var rules = entries.SelectMany(e => e.Rules).Where(r => r.Claims.All(c => token.Has(c.Key, c.Value))).ToArray();
        if (rules.Length == 0) return null;
        var roles = rules.Any(r => r.Roles is null) ? null : rules.SelectMany(r => r.Roles!).Distinct().ToArray();
        return new([.. entries.Select(e => e.Audience)], [.. rules.SelectMany(r => r.Scopes).Distinct()], roles);
    }
}
