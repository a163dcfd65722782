using System.Text;
using System.Text.Json;

namespace Broker.Emulator.Oss;

/// <summary>A form's policy: its end and its conditions, each of which must hold.</summary>
sealed class PostConditions
{
    readonly JsonDocument _policy;

    PostConditions(JsonDocument policy, DateTimeOffset expiration) => (_policy, Expiration) = (policy, expiration);

    public DateTimeOffset Expiration { get; }

    /// <summary>The fields that some condition names.</summary>
    public HashSet<string> Named { get; } = new(StringComparer.OrdinalIgnoreCase);

    public static PostConditions Parse(string base64)
    {
        try
        {
            var policy = JsonDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(base64)));
            if (policy.RootElement.EnumerateObject().FirstOrDefault(p => p.Name is not ("expiration" or "conditions")) is { Value.ValueKind: not JsonValueKind.Undefined } other)
                throw Invalid($"unknown element {other.Name}", "0006-00000206");
            if (!policy.RootElement.TryGetProperty("conditions", out var conditions) || conditions.ValueKind != JsonValueKind.Array) throw Invalid("no conditions", "0006-00000207");
            if (!policy.RootElement.TryGetProperty("expiration", out var expiration) || !expiration.TryGetDateTimeOffset(out var end)) throw Invalid("no expiration", "0006-00000205");
            return new(policy, end);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException) { throw Invalid("not base64 JSON", "0006-00000204"); }
    }

    /// <summary>Every condition, against the fields as they were sent.</summary>
    public void Demand(PostedForm form, string bucket)
    {
        foreach (var condition in _policy.RootElement.GetProperty("conditions").EnumerateArray())
        {
            if (condition.ValueKind == JsonValueKind.Object)
                foreach (var pair in condition.EnumerateObject()) DemandOne("eq", pair.Name, pair.Value, form, bucket);
            else if (condition.ValueKind == JsonValueKind.Array && condition.GetArrayLength() == 3) DemandArray(condition, form, bucket);
            else throw Invalid("a condition without a mode", "0006-00000216");
        }
    }

    void DemandArray(JsonElement condition, PostedForm form, string bucket)
    {
        var mode = condition[0].GetString();
        if (mode == "content-length-range")
        {
            if (form.File.Length < condition[1].GetInt64()) throw new OssError(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size.", "0006-00000110");
            if (form.File.Length > condition[2].GetInt64()) throw new OssError(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.", "0006-00000111");
            return;
        }
        var field = condition[1].GetString() ?? "";
        if (!field.StartsWith('$')) throw Invalid("a field without its dollar sign", "0006-00000216");
        DemandOne(mode, field[1..], condition[2], form, bucket);
    }

    void DemandOne(string? mode, string field, JsonElement wanted, PostedForm form, string bucket)
    {
        Named.Add(field);
        var actual = field.Equals("bucket", StringComparison.OrdinalIgnoreCase) ? bucket : form.Field(field);
        var holds = actual is not null && mode switch
        {
            "eq" => actual == Text(wanted),
            "starts-with" => actual.StartsWith(Text(wanted), StringComparison.Ordinal),
            "in" => wanted.EnumerateArray().Any(v => Text(v) == actual),
            "not-in" => wanted.EnumerateArray().All(v => Text(v) != actual),
            _ => throw Invalid($"unknown mode {mode}", "0006-00000216"),
        };
        if (!holds) throw new OssError(403, "AccessDenied", $"Invalid according to Policy: Policy Condition failed: [\"{mode}\", \"${field}\", ...]", "0006-00000301");
    }

    /// <summary>A backslash makes the next character one of the text's own.</summary>
    static string Text(JsonElement value)
    {
        var escaped = value.GetString() ?? "";
        var text = new StringBuilder();
        for (var i = 0; i < escaped.Length; i++) text.Append(escaped[i] == '\\' && i + 1 < escaped.Length ? escaped[++i] : escaped[i]);
        return text.ToString();
    }

    static OssError Invalid(string what, string ec) => new(400, "InvalidPolicyDocument", $"The content of the form does not meet the conditions specified in the policy document: {what}.", ec);
}
