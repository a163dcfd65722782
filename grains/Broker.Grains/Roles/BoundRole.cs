using Broker.Grains.Minting;

namespace Broker.Grains.Roles;

/// <summary>A role's settings together with what they mean under its tenant's: the terms of its sessions, or why there are none.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Terms">The terms of its sessions; null when it may have none.</param>
/// <param name="Obstacle">Why it may have none; null when it may.</param>
sealed record BoundRole(RoleSettings Settings, SessionTerms? Terms, BrokerException? Obstacle)
{
    /// <summary>Null when there is no such role, or no such tenant.</summary>
    public static BoundRole? Bind(RoleSettings? settings, TenantSettings? tenant)
    {
        if (settings is null || tenant is null) return null;
        if (tenant.Suspended) return new(settings, null, TenantSettings.SuspendedError());
        if (settings.Definition.Disabled) return new(settings, null, new(ErrorCode.RoleDisabled, "The role is disabled."));
        try { return new(settings, SessionTerms.Compile(settings, tenant.Definition), null); }
        catch (BrokerException obstacle) { return new(settings, null, obstacle); }
    }

    /// <summary>The terms of its sessions.</summary>
    /// <exception cref="BrokerException">The obstacle.</exception>
    public SessionTerms Vendable() => Terms ?? throw Obstacle!;

    /// <summary>Settings that compile to too long a policy are refused when they are set, not by STS later.</summary>
    public void ThrowIfTooLong()
    {
        if (Obstacle is { Code: ErrorCode.PolicyTooLong }) throw Obstacle;
    }
}
