using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Broker.AlibabaCloud.Oss;

/// <summary>
/// The policy of a PostObject form. OSS leaves a field that no condition names free, so every field that matters is named.
/// </summary>
/// <param name="expiration">When the form ends.</param>
public sealed class PostPolicy(DateTimeOffset expiration)
{
    static readonly JsonSerializerOptions Minified = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly JsonArray _conditions = [];

    /// <summary>The field has this value.</summary>
    public PostPolicy Equal(string field, string value) => Add("eq", field, Literal(value));

    /// <summary>The field begins so.</summary>
    public PostPolicy StartsWith(string field, string prefix) => Add("starts-with", field, Literal(prefix));

    /// <summary>The field has one of these values.</summary>
    public PostPolicy In(string field, IEnumerable<string> values) => Add("in", field, Literals(values));

    /// <summary>The field has none of these values.</summary>
    public PostPolicy NotIn(string field, IEnumerable<string> values) => Add("not-in", field, Literals(values));

    /// <summary>The file has so many bytes, both bounds included.</summary>
    public PostPolicy Length(long least, long most)
    {
        _conditions.Add(new JsonArray("content-length-range", least, most));
        return this;
    }

    /// <summary>The policy, base64.</summary>
    public string Encode()
    {
        var policy = new JsonObject
        {
            ["expiration"] = expiration.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
            ["conditions"] = _conditions.DeepClone(),
        };
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(policy.ToJsonString(Minified)));
    }

    PostPolicy Add(string mode, string field, JsonNode value)
    {
        _conditions.Add(new JsonArray(mode, $"${field}", value));
        return this;
    }

    static JsonArray Literals(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)Literal(v))];

    /// <summary>A dollar sign begins a variable; a backslash makes it one of the text's own, and itself too.</summary>
    static string Literal(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}
