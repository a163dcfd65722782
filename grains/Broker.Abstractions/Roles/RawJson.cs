using System.Text.Json;
using System.Text.Json.Serialization;

namespace Broker;

/// <summary>A JSON value that is kept as its text.</summary>
sealed class RawJson : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var value = JsonDocument.ParseValue(ref reader);
        return value.RootElement.GetRawText();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value);

    // A kept text may be the one of null, which would else be taken for no text at all.
    public override bool HandleNull => true;
}
