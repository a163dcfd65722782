using System.Text.Json;
using System.Text.Json.Serialization;

namespace Broker;

/// <summary>Fields as a JSON object that keeps their order.</summary>
sealed class OrderedFields : JsonConverter<KeyValuePair<string, string>[]>
{
    public override KeyValuePair<string, string>[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Forms are written only.");

    public override void Write(Utf8JsonWriter writer, KeyValuePair<string, string>[] value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value) writer.WriteString(name, text);
        writer.WriteEndObject();
    }
}
