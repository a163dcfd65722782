using System.Text.Json;
using System.Text.RegularExpressions;

namespace Broker;

/// <summary>
/// The rules of a role's extra statements: RAM's grammar with the effect Deny alone. STS refuses a policy outside the grammar,
/// and with it every session of the role, so it is refused when it is set.
/// </summary>
static partial class DenyStatement
{
    /// <summary>The rule that the statement breaks, in words; null when it is valid.</summary>
    public static string? BrokenRule(string json)
    {
        try
        {
            // Of a property that is there twice, RAM may read the other one.
            using var statement = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return BrokenRule(statement.RootElement);
        }
        catch (JsonException) { return "must name no property twice"; }
    }

    static string? BrokenRule(JsonElement statement)
    {
        if (!statement.EnumerateObject().All(p => p.Name is "Effect" or "Action" or "NotAction" or "Resource" or "Condition"))
            return "must have Effect, Action or NotAction, Resource and Condition only";
        if (!statement.TryGetProperty("Effect", out var effect) || effect.ValueKind != JsonValueKind.String || effect.GetString() != "Deny") return "Effect must be Deny";
        if (statement.TryGetProperty("Action", out var actions) == statement.TryGetProperty("NotAction", out var exceptions)) return "must have exactly one of Action and NotAction";
        if (!statement.TryGetProperty("Resource", out var resources)) return "Resource is required";
        if (!AreTexts(resources) || !AreTexts(actions.ValueKind == JsonValueKind.Undefined ? exceptions : actions)) return "Action, NotAction and Resource must be a text or an array of texts";
        return statement.TryGetProperty("Condition", out var condition) ? BrokenConditionRule(condition) : null;
    }

    static string? BrokenConditionRule(JsonElement condition)
    {
        if (condition.ValueKind != JsonValueKind.Object) return "Condition must be an object";
        foreach (var block in condition.EnumerateObject())
        {
            if (!Operator().IsMatch(block.Name)) return $"Condition must use RAM's operators; '{block.Name}' is none";
            if (block.Value.ValueKind != JsonValueKind.Object || !block.Value.EnumerateObject().All(key => AreTexts(key.Value)))
                return $"Condition.{block.Name} must give each key a text or an array of texts";
        }
        return null;
    }

    static bool AreTexts(JsonElement value) => value.ValueKind == JsonValueKind.String
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String));

    [GeneratedRegex(@"\A(String(Not)?(Equals(IgnoreCase)?|Like)|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|(Not)?IpAddress)\z")]
    private static partial Regex Operator();
}
