using System.Text.Json;

namespace Broker.Emulator.Ram;

/// <summary>One statement of a policy.</summary>
/// <param name="Allow">Allow, or Deny.</param>
/// <param name="Actions">Action, or NotAction.</param>
/// <param name="NotActions">Whether the actions are those that are not meant.</param>
/// <param name="Resources">Resource.</param>
/// <param name="Conditions">By operator and key, the values of which one must hold.</param>
public sealed record RamStatement(bool Allow, string[] Actions, bool NotActions, string[] Resources, (string Operator, string Key, string[] Values)[] Conditions);

/// <summary>A policy document, version 1.</summary>
/// <param name="Statements">Its statements.</param>
public sealed record RamPolicy(RamStatement[] Statements)
{
    /// <summary>Allows everything in OSS.</summary>
    public static readonly RamPolicy FullOss = new([new(true, ["oss:*"], false, ["acs:oss:*:*:*"], [])]);

    /// <summary>Reads a document; <see cref="FormatException"/> names what is wrong with its grammar.</summary>
    public static RamPolicy Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Any(p => p.Name is not ("Version" or "Statement"))) throw new FormatException("Only Version and Statement are known.");
            if (!root.TryGetProperty("Version", out var version) || version.GetString() != "1") throw new FormatException("Version must be 1.");
            if (!root.TryGetProperty("Statement", out var statements) || statements.ValueKind != JsonValueKind.Array) throw new FormatException("Statement must be an array.");
            return new([.. statements.EnumerateArray().Select(ParseStatement)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) { throw new FormatException("Not a policy document.", e); }
    }

    static RamStatement ParseStatement(JsonElement statement)
    {
        if (statement.EnumerateObject().Any(p => p.Name is not ("Effect" or "Action" or "NotAction" or "Resource" or "Condition"))) throw new FormatException("A statement has an unknown element.");
        var effect = statement.TryGetProperty("Effect", out var e) ? e.GetString() : null;
        if (effect is not ("Allow" or "Deny")) throw new FormatException("Effect must be Allow or Deny.");
        var hasAction = statement.TryGetProperty("Action", out var action);
        var hasNotAction = statement.TryGetProperty("NotAction", out var notAction);
        if (hasAction == hasNotAction) throw new FormatException("One of Action and NotAction is needed.");
        if (!statement.TryGetProperty("Resource", out var resource)) throw new FormatException("Resource is needed.");
        return new(effect == "Allow", Strings(hasAction ? action : notAction), hasNotAction, Strings(resource),
            statement.TryGetProperty("Condition", out var conditions) ? ParseConditions(conditions) : []);
    }

    static (string, string, string[])[] ParseConditions(JsonElement conditions) =>
        [.. from op in conditions.EnumerateObject()
            let known = ConditionOperators.IsKnown(op.Name) ? op.Name : throw new FormatException($"The operator {op.Name} is unknown.")
            from key in op.Value.EnumerateObject()
            select (known, key.Name, Strings(key.Value))];

    static string[] Strings(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(v => v.GetString() ?? throw new FormatException("A text is needed."))]
        : [value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText()];
}
