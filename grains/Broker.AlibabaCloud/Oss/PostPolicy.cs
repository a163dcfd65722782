using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Broker.AlibabaCloud.Oss;

/// <summary>
/// The policy of a PostObject form. OSS leaves a field that no condition names free, so every field that matters is named.
/// </summary>
/// <param name="expiration">When the form ends.</param>
public sealed class PostPolicy(DateTimeOffset expiration)
{
    const int UsualConditions = 16, UsualLength = 4096;

    static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Kept by each thread: the memory that a policy grows in is several times as large as the policy.
    [ThreadStatic] static ArrayBufferWriter<byte>? _text;
    [ThreadStatic] static Utf8JsonWriter? _json;

    readonly List<Condition> _conditions = new(UsualConditions);
    (long Least, long Most)? _length;

    /// <summary>The field has this value.</summary>
    public PostPolicy Equal(string field, string value) => Add(new("eq", field, value, null));

    /// <summary>The field begins so.</summary>
    public PostPolicy StartsWith(string field, string prefix) => Add(new("starts-with", field, prefix, null));

    /// <summary>The field has one of these values.</summary>
    public PostPolicy In(string field, IReadOnlyList<string> values) => Add(new("in", field, "", values));

    /// <summary>The file has so many bytes, both bounds included.</summary>
    public PostPolicy Length(long least, long most)
    {
        _length = (least, most);
        return this;
    }

    /// <summary>The policy, base64.</summary>
    public string Encode()
    {
        var text = _text ??= new(UsualLength);
        var json = _json ??= new(text, Relaxed);
        try
        {
            Write(json);
            return Convert.ToBase64String(text.WrittenSpan);
        }
        finally
        {
            // It may hold a token.
            text.Clear();
            json.Reset();
        }
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("expiration"u8, expiration.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteStartArray("conditions"u8);
        if (_length is { } bounds) WriteLength(json, bounds);
        foreach (var condition in _conditions) condition.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    PostPolicy Add(Condition condition)
    {
        _conditions.Add(condition);
        return this;
    }

    static void WriteLength(Utf8JsonWriter json, (long Least, long Most) bounds)
    {
        json.WriteStartArray();
        json.WriteStringValue("content-length-range"u8);
        json.WriteNumberValue(bounds.Least);
        json.WriteNumberValue(bounds.Most);
        json.WriteEndArray();
    }

    /// <param name="Mode">How the field is compared.</param>
    /// <param name="Field">The field.</param>
    /// <param name="Value">With what.</param>
    /// <param name="Values">With which ones, where there are several.</param>
    readonly record struct Condition(string Mode, string Field, string Value, IReadOnlyList<string>? Values)
    {
        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartArray();
            json.WriteStringValue(Mode);
            json.WriteStringValue($"${Field}");
            if (Values is null) json.WriteStringValue(Literal(Value));
            else
            {
                json.WriteStartArray();
                foreach (var value in Values) json.WriteStringValue(Literal(value));
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }

        // The value may be a token.
        public override string ToString() => $"{Mode} {Field}";

        /// <summary>A dollar sign begins a variable; a backslash makes it one of the text's own, and itself too.</summary>
        static string Literal(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
    }
}
