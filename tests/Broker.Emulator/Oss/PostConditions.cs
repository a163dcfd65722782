using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Broker.Emulator.Oss;

/// <summary>A form's policy: its end, the bounds of its file, and its conditions, each of which must hold.</summary>
sealed partial record PostConditions(DateTimeOffset Expiration, long LeastBytes, long MostBytes, IReadOnlyList<PostCondition> Conditions)
{
    /// <summary>OSS takes no larger object by a form.</summary>
    const long LargestObject = 5L * 1024 * 1024 * 1024;

    /// <summary>Whether some condition names the field.</summary>
    public bool Names(string field) => Conditions.Any(c => c.Field.Equals(field, StringComparison.OrdinalIgnoreCase));

    public static PostConditions Parse(string base64)
    {
        try
        {
            using var policy = JsonDocument.Parse(WithDollars(Encoding.UTF8.GetString(Convert.FromBase64String(base64))));
            var root = policy.RootElement;
            if (root.EnumerateObject().FirstOrDefault(p => p.Name is not ("expiration" or "conditions")) is { Value.ValueKind: not JsonValueKind.Undefined } other)
                throw Invalid($"unknown element {other.Name}", "0006-00000206");
            if (!root.TryGetProperty("conditions", out var conditions) || conditions.ValueKind != JsonValueKind.Array) throw Invalid("no conditions", "0006-00000207");
            if (!root.TryGetProperty("expiration", out var expiration) || !expiration.TryGetDateTimeOffset(out var end)) throw Invalid("no expiration", "0006-00000205");
            return conditions.EnumerateArray().Aggregate(new PostConditions(end, 0, LargestObject, []), (parsed, condition) => parsed.With(condition));
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException) { throw Invalid("not base64 JSON", "0006-00000204"); }
    }

    /// <summary>Every condition but that of the size, against the fields as they were sent.</summary>
    public void Demand(PostedForm form, string bucket)
    {
        foreach (var condition in Conditions)
            if (!condition.Holds(condition.Field.Equals("bucket", StringComparison.OrdinalIgnoreCase) ? bucket : form.Field(condition.Field)))
                throw new OssError(403, "AccessDenied", $"Invalid according to Policy: Policy Condition failed: [\"{condition.Mode}\", \"${condition.Field}\", ...]", "0006-00000301");
    }

    PostConditions With(JsonElement condition)
    {
        if (condition.ValueKind == JsonValueKind.Object)
            return this with { Conditions = [.. Conditions, .. condition.EnumerateObject().Select(p => new PostCondition("eq", p.Name, [Literal(p.Value)]))] };
        if (condition.ValueKind != JsonValueKind.Array || condition.GetArrayLength() != 3) throw Unreadable("a condition without a mode");
        var mode = condition[0].GetString();
        if (mode == "content-length-range") return Within(condition[1].GetInt64(), condition[2].GetInt64());
        string[] values = mode switch
        {
            "eq" or "starts-with" => [Literal(condition[2])],
            "in" or "not-in" => [.. condition[2].EnumerateArray().Select(Literal)],
            _ => throw Unreadable($"unknown mode {mode}"),
        };
        return this with { Conditions = [.. Conditions, new(mode, FieldOf(condition[1]), values)] };
    }

    PostConditions Within(long least, long most) => least >= 0 && most >= least
        ? this with { LeastBytes = Math.Max(LeastBytes, least), MostBytes = Math.Min(MostBytes, most) }
        : throw Unreadable("a content-length-range that crosses");

    static string FieldOf(JsonElement name) => name.GetString() is ['$', .. var field] ? field : throw Unreadable("a field without its dollar sign");

    /// <summary>The text that is meant. A dollar sign begins a variable, of which a condition has none: a literal one has a backslash before it.</summary>
    static string Literal(JsonElement value) => Escaped.Replace(value.GetString() ?? throw Unreadable("a value that is no text"),
        found => found.Value == "$" ? throw Unreadable("a dollar sign without its backslash") : found.Value[1..]);

    /// <summary>OSS's escape of the dollar sign, which JSON itself does not know.</summary>
    static string WithDollars(string json) => Escaped.Replace(json, found => found.Value == @"\$" ? @"\\$" : found.Value);

    [GeneratedRegex(@"\\.|\$", RegexOptions.Singleline)]
    private static partial Regex Escaped { get; }

    static OssError Unreadable(string what) => Invalid(what, "0006-00000216");

    static OssError Invalid(string what, string ec) => new(400, "InvalidPolicyDocument", $"The content of the form does not meet the conditions specified in the policy document: {what}.", ec);
}

/// <summary>A condition on one field.</summary>
sealed record PostCondition(string Mode, string Field, string[] Values)
{
    /// <summary>A field that the form lacks fails every condition.</summary>
    public bool Holds(string? actual) => actual is not null && Mode switch
    {
        "starts-with" => actual.StartsWith(Values[0], StringComparison.Ordinal),
        "not-in" => !Values.Contains(actual),
        _ => Values.Contains(actual),
    };
}
