namespace Broker;

/// <summary>A part of what a role may do, for one caller's session.</summary>
/// <param name="Prefix">Below the role's full prefix; empty: all of it.</param>
/// <param name="Access">Of the role's access; null: all of it.</param>
[GenerateSerializer, Immutable, Alias("Broker.SessionNarrowing")]
public sealed record SessionNarrowing([property: Id(0)] string Prefix, [property: Id(1)] string[]? Access)
{
    /// <summary>Throws <see cref="ErrorCode.InvalidRequest"/> when it is malformed, and <see cref="ErrorCode.NotPermittedByPolicy"/> when it asks for more than the role has.</summary>
    public void Validate(RoleDefinition role, string fullPrefix)
    {
        var errors = new FieldErrors();
        errors.Note("prefix", KeyPrefix.BrokenRule(Prefix) ?? KeyPrefix.BrokenRule(fullPrefix + Prefix));
        var access = Access ?? [];
        errors.Demand(access.All(RoleAccess.All.Contains), "access", $"must be of {string.Join(", ", RoleAccess.All)}, separated by commas");
        errors.Demand(access.Distinct().Count() == access.Length, "access", "must not name one twice");
        errors.ThrowIfAny();
        errors.Demand(access.All(role.Access.Contains), "access", $"must be of the role's own: {string.Join(", ", role.Access)}");
        errors.ThrowIfAny(ErrorCode.NotPermittedByPolicy);
    }
}
