using System.Text.Json;
using System.Text.Json.Serialization;

namespace Broker;

/// <summary>An array of JSON objects, kept as the minified text of each.</summary>
sealed class RawJsonObjects : JsonConverter<string[]>
{
    public override string[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("An array of objects is expected.");
        var objects = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            using var item = JsonDocument.ParseValue(ref reader);
            if (item.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("An array of objects is expected.");
            objects.Add(JsonSerializer.Serialize(item.RootElement));
        }
        return [.. objects];
    }

    public override void Write(Utf8JsonWriter writer, string[] value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value) writer.WriteRawValue(item);
        writer.WriteEndArray();
    }
}
