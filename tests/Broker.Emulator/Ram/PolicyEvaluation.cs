namespace Broker.Emulator.Ram;

/// <summary>What a request wants to do to what, and what is known of it.</summary>
/// <param name="Action">Such as <c>oss:GetObject</c>.</param>
/// <param name="Resource">Such as <c>acs:oss:*:1234567890123456:bucket/key</c>.</param>
/// <param name="Context">Condition keys and their values.</param>
public sealed record Access(string Action, string Resource, IReadOnlyDictionary<string, string> Context);

/// <summary>Decides by policies: an explicit Deny wins, and every policy must allow.</summary>
public static class PolicyEvaluation
{
    /// <summary>Whether the role's policy and, where there is one, the session's allow it.</summary>
    public static bool Allows(Access access, RamPolicy role, RamPolicy? session)
    {
        RamPolicy[] policies = session is null ? [role] : [role, session];
        if (policies.Any(p => p.Statements.Any(s => !s.Allow && Applies(s, access)))) return false;
        return policies.All(p => p.Statements.Any(s => s.Allow && Applies(s, access)));
    }

    static bool Applies(RamStatement statement, Access access)
    {
        var named = statement.Actions.Any(a => Wildcard.Matches(access.Action.ToLowerInvariant(), a.ToLowerInvariant()));
        return named != statement.NotActions
            && statement.Resources.Any(r => Names(r, access.Resource))
            && statement.Conditions.All(c => ConditionOperators.Holds(c.Operator, access.Context.GetValueOrDefault(c.Key), c.Values));
    }

    /// <summary>Part by part: a wildcard of the account's part must not reach into the object's name.</summary>
    static bool Names(string pattern, string resource)
    {
        var (wanted, actual) = (pattern.Split(':', 5), resource.Split(':', 5));
        return pattern == "*" || (wanted.Length == 5 && wanted.Zip(actual).All(part => Wildcard.Matches(part.Second, part.First)));
    }
}
