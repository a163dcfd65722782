using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Broker.AlibabaCloud.Ram;
using Broker.Grains.Minting;

namespace Broker.Grains.Roles;

/// <summary>Says what a role's settings would mean if they were put. Pure.</summary>
static class RolePreview
{
    // Names and letters as the API writes them.
    static readonly JsonSerializerOptions AsAnswered = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The preview.</summary>
    /// <param name="present">The settings as they stand; null: there is no such role yet.</param>
    /// <param name="given">The valid definition, with its defaults.</param>
    /// <param name="terms">The terms that <paramref name="given"/> compiles to.</param>
    public static Preview Of(RoleSettings? present, RoleDefinition given, SessionTerms terms)
    {
        var policy = terms.Policy;
        var bytes = SessionPolicy.Bytes(policy);
        return new(policy, bytes, InBase64(bytes), [.. RoleWarnings.Of(given, bytes)], [.. Changes(present?.Definition, given)]);
    }

    static int InBase64(int bytes) => (bytes + 2) / 3 * 4;

    static IEnumerable<SettingChange> Changes(RoleDefinition? present, RoleDefinition given)
    {
        var from = Leaves(present).ToDictionary();
        return Leaves(given)
            .Select(leaf => new SettingChange(leaf.Key, from.GetValueOrDefault(leaf.Key, "null"), leaf.Value))
            .Where(change => change.From != change.To);
    }

    static IEnumerable<KeyValuePair<string, string>> Leaves(RoleDefinition? definition) =>
        definition is null ? [] : Leaves("", JsonSerializer.SerializeToNode(definition, AsAnswered)!.AsObject());

    static IEnumerable<KeyValuePair<string, string>> Leaves(string path, JsonObject settings) => settings.SelectMany(setting =>
        setting.Value is JsonObject group ? Leaves($"{path}{setting.Key}.", group) : [new(path + setting.Key, setting.Value?.ToJsonString(AsAnswered) ?? "null")]);
}
