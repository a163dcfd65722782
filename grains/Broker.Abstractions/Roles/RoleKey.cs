using System.Diagnostics.CodeAnalysis;

namespace Broker;

/// <summary>
/// Names one role of one tenant. Its text is the grain key <c>r/{tenant}/{role}</c>: the letter and the slash keep
/// ADO.NET storage from reading a key as a number or a GUID, which would let two tenants share a row.
/// </summary>
[GenerateSerializer, Immutable, Alias("Broker.RoleKey")]
public readonly record struct RoleKey
{
    /// <summary>Both names must be valid (<see cref="Names"/>); otherwise <see cref="ArgumentException"/>.</summary>
    public RoleKey(string tenant, string role)
    {
        if (!Names.IsValid(tenant)) throw new ArgumentException($"A tenant's name has {Names.Rule}.", nameof(tenant));
        if (!Names.IsValid(role)) throw new ArgumentException($"A role's name has {Names.Rule}.", nameof(role));
        Tenant = tenant;
        Role = role;
    }

    /// <summary>The tenant's name.</summary>
    [Id(0)] public string Tenant { get; }

    /// <summary>The role's name within its tenant.</summary>
    [Id(1)] public string Role { get; }

    /// <summary>The grain key.</summary>
    public override string ToString() => $"r/{Tenant}/{Role}";

    /// <summary>Reads a grain key; <see cref="FormatException"/> when it is not one.</summary>
    public static RoleKey Parse(string key) =>
        TryParse(key, out var parsed) ? parsed.Value : throw new FormatException("A role's grain key is r/{tenant}/{role}.");

    /// <summary>Reads a grain key.</summary>
    public static bool TryParse(string? key, [NotNullWhen(true)] out RoleKey? parsed)
    {
        parsed = key?.Split('/') is ["r", var tenant, var role] && Names.IsValid(tenant) && Names.IsValid(role)
            ? new RoleKey(tenant, role)
            : null;
        return parsed is not null;
    }
}
