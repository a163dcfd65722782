using System.Globalization;
using System.Text.Json;

namespace Broker.AlibabaCloud.Sources;

/// <summary>A JSON object with a key in it. What is wrong with it is said by where it is and the field, never by what stands there.</summary>
/// <param name="where">Names it in errors.</param>
/// <param name="fields">The object.</param>
readonly struct IdentityDocument(string where, JsonElement fields)
{
    /// <exception cref="SourceIdentityException">It is no JSON object.</exception>
    public static IdentityDocument Parse(string where, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return new(where, document.RootElement.Clone());
        }
        catch (JsonException) { }
        throw new SourceIdentityException($"{where} is not a JSON object.");
    }

    public JsonElement Fields => fields;

    /// <summary>The field's text; null: it is missing or empty.</summary>
    public string? Text(string field) =>
        fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    public string Need(string field) => Text(field) ?? throw Broken(field, "is missing or empty");

    /// <summary>A whole number of seconds; the default when it is missing or 0.</summary>
    public int Seconds(string field, int otherwise)
    {
        if (!fields.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return otherwise;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var seconds)) throw Broken(field, "is no whole number");
        return seconds == 0 ? otherwise : seconds;
    }

    /// <summary>A moment; null: the field is missing or empty.</summary>
    public DateTimeOffset? Moment(string field)
    {
        if (Text(field) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment : throw Broken(field, "is no moment, such as 2026-11-23T19:00:00Z");
    }

    /// <summary>The answer of a metadata service or a credentials URI: four fields and, where it says so, <c>Code</c>.</summary>
    public SourceIdentity Session()
    {
        if (Text("Code") is { } code && code != "Success") throw Broken("Code", "is not Success");
        return new(Need("AccessKeyId"), Need("AccessKeySecret"), Need("SecurityToken"), Moment("Expiration") ?? throw Broken("Expiration", "is missing or empty"));
    }

    public SourceIdentityException Broken(string field, string rule) => new($"{where}: {field} {rule}.");
}
