namespace Broker;

/// <summary>What a caller wants to do.</summary>
public enum BrokerAction
{
    /// <summary>List, make, change, suspend and delete tenants.</summary>
    ManageTenant,
    /// <summary>Read one's own tenant.</summary>
    ReadTenant,
    /// <summary>Make, change, refresh, revoke and delete roles.</summary>
    ManageRole,
    /// <summary>Read a role's settings and condition.</summary>
    ReadRole,
    /// <summary>Make, list and revoke API keys.</summary>
    ManageKeys,
    /// <summary>Make, list and revoke credential URLs.</summary>
    ManageCredentialUrls,
    /// <summary>Read the audit of one's tenant.</summary>
    ReadAudit,
    /// <summary>Read the audit of every tenant.</summary>
    ReadPlatformAudit,
    /// <summary>Read the AssumeRole budgets, which all tenants share.</summary>
    ReadBudget,
    /// <summary>Get STS credentials.</summary>
    GetCredentials,
    /// <summary>Get signed URLs.</summary>
    SignUrls,
    /// <summary>Get upload forms.</summary>
    SignForms,
}

/// <summary>
/// Who may do what. Pure, and applied twice: by the API before it looks anything up, and by the grain beside the data, so
/// that no endpoint can forget it.
/// </summary>
public static class AccessRules
{
    /// <summary>Throws the one <see cref="ErrorCode.Forbidden"/> that never tells whether the thing exists.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="action">What.</param>
    /// <param name="tenant">In which tenant; null: on the whole platform.</param>
    /// <param name="role">On which role; null: on none.</param>
    public static void Demand(Caller caller, BrokerAction action, string? tenant, string? role = null)
    {
        if (!Allow(caller, action, tenant, role)) throw new BrokerException(ErrorCode.Forbidden, "This credential does not permit that.");
    }

    /// <summary>Whether the caller may.</summary>
    public static bool Allow(Caller caller, BrokerAction action, string? tenant, string? role = null)
    {
        if (caller.Has(Scope.Admin)) return true;
        if (tenant is null || caller.Tenant != tenant) return false;
        return action switch
        {
            BrokerAction.ManageTenant or BrokerAction.ReadPlatformAudit or BrokerAction.ReadBudget => false,
            BrokerAction.ReadAudit => caller.Has(Scope.TenantAdmin) || caller.Has(Scope.ReadAudit),
            BrokerAction.ReadTenant or BrokerAction.ManageRole or BrokerAction.ManageKeys or BrokerAction.ManageCredentialUrls =>
                caller.Has(Scope.TenantAdmin) && BoundTo(caller, role),
            BrokerAction.ReadRole => (caller.Has(Scope.TenantAdmin) || Scope.Data.Any(caller.Has)) && BoundTo(caller, role),
            BrokerAction.GetCredentials => caller.Has(Scope.ReadCredentials) && BoundTo(caller, role),
            BrokerAction.SignUrls => caller.Has(Scope.CreateSignedUrls) && BoundTo(caller, role),
            BrokerAction.SignForms => caller.Has(Scope.CreatePostPolicies) && BoundTo(caller, role),
            _ => false,
        };
    }

    /// <summary>
    /// Throws <see cref="ErrorCode.Forbidden"/> with the field and the rule when this caller may not make a key of these
    /// scopes, roles and end.
    /// </summary>
    public static void DemandGrant(Caller caller, string[] scopes, string[]? roles, DateTimeOffset? expiresAt)
    {
        if (BrokenGrant(caller, scopes, roles, expiresAt) is not { } broken) return;
        throw BrokerException.Invalid(broken.Field, broken.Rule, ErrorCode.Forbidden);
    }

    static (string Field, string Rule)? BrokenGrant(Caller caller, string[] scopes, string[]? roles, DateTimeOffset? expiresAt)
    {
        if (scopes.Contains(Scope.Admin) && !caller.Has(Scope.Admin)) return ("scopes", "only an administrator grants admin");
        if (!caller.Has(Scope.Admin) && !caller.Has(Scope.TenantAdmin) && scopes.Except(caller.Scopes).Any()) return ("scopes", "must not go beyond your own");
        if (caller.Roles is { } own && (roles is null || roles.Except(own).Any())) return ("roles", "must not go beyond your own");
        if (caller.ExpiresAt is { } end && (expiresAt is null || expiresAt > end)) return ("expiresIn", "must not go beyond your own");
        return null;
    }

    /// <summary>Whether a caller may see and end a key that is bound to these roles: not one that reaches further than its own.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="roles">The key's roles; null: all of the tenant.</param>
    public static bool Covers(Caller caller, string[]? roles) => caller.Roles is not { } own || (roles is not null && !roles.Except(own).Any());

    static bool BoundTo(Caller caller, string? role) => role is null || caller.Roles is null || caller.Roles.Contains(role);
}
