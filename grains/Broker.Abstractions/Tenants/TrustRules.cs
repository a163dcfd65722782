namespace Broker;

/// <summary>The rules that trust in OIDC issuers follows, a tenant's and the platform's alike. Pure.</summary>
public static class TrustRules
{
    const int MostEntries = 10, LongestIssuer = 512, LongestAudience = 512, MostRules = 20, MostClaims = 10, MostRoles = 1000;

    /// <summary>The scopes that a tenant's trust may give: none that reaches beyond the tenant.</summary>
    public static readonly string[] TenantScopes = [.. Scope.All.Where(scope => scope != Scope.Admin)];

    /// <summary>Notes every broken rule.</summary>
    /// <param name="trust">The entries.</param>
    /// <param name="field">What they are called.</param>
    /// <param name="scopes">The scopes that may be given.</param>
    /// <param name="errors">Where broken rules are noted.</param>
    public static void Check(TrustEntry[] trust, string field, string[] scopes, FieldErrors errors)
    {
        errors.DemandCount(trust.Length, MostEntries, field);
        errors.Demand(trust.DistinctBy(e => (e.Issuer, e.Audience)).Count() == trust.Length, field, "must not name an issuer twice with the same audience");
        for (var i = 0; i < trust.Length; i++) CheckEntry(trust[i], $"{field}[{i}]", scopes, errors);
    }

    static void CheckEntry(TrustEntry entry, string field, string[] scopes, FieldErrors errors)
    {
        errors.Note($"{field}.issuer", BrokenIssuerRule(entry.Issuer));
        var printable = entry.Audience.Length is > 0 and <= LongestAudience && !entry.Audience.Any(char.IsControl);
        errors.Demand(printable, $"{field}.audience", $"must have 1 to {LongestAudience} printable characters");
        errors.Demand(entry.Rules.Length > 0, $"{field}.rules", "must not be empty");
        errors.DemandCount(entry.Rules.Length, MostRules, $"{field}.rules");
        for (var i = 0; i < entry.Rules.Length; i++) CheckRule(entry.Rules[i], $"{field}.rules[{i}]", scopes, errors);
    }

    /// <summary>The text is compared with what tokens say, so nothing that a URI reader would repair is let in.</summary>
    static string? BrokenIssuerRule(string issuer)
    {
        if (issuer.Length > LongestIssuer) return $"must have at most {LongestIssuer} characters";
        var plain = issuer.StartsWith("https://", StringComparison.Ordinal) && issuer.All(c => c is > ' ' and <= '~') && !issuer.AsSpan().ContainsAny("?#@\\");
        return plain && Uri.TryCreate(issuer, UriKind.Absolute, out _) ? null : "must be an https URL without query, fragment or user info";
    }

    static void CheckRule(TrustRule rule, string field, string[] scopes, FieldErrors errors)
    {
        errors.Demand(rule.Claims.Count > 0, $"{field}.claims", "must not be empty");
        errors.DemandCount(rule.Claims.Count, MostClaims, $"{field}.claims");
        errors.Demand(rule.Claims.All(c => c is { Key.Length: > 0, Value.Length: > 0 }), $"{field}.claims", "must name claims and the exact value of each");
        errors.Demand(rule.Scopes.Length > 0, $"{field}.scopes", "must not be empty");
        errors.Demand(rule.Scopes.All(scopes.Contains), $"{field}.scopes", $"must be of {string.Join(", ", scopes)}");
        errors.Demand(rule.Scopes.Distinct().Count() == rule.Scopes.Length, $"{field}.scopes", "must not name one twice");
        var roles = rule.Roles ?? [];
        errors.DemandCount(roles.Length, MostRoles, $"{field}.roles");
        errors.Demand(roles.All(Names.IsValid), $"{field}.roles", $"must each have {Names.Rule}");
        errors.Demand(roles.Distinct().Count() == roles.Length, $"{field}.roles", "must not name one twice");
    }
}
