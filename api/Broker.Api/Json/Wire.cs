using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Broker.Api.Json;

/// <summary>How the API writes and reads JSON: camelCase, nothing unknown, no number in quotes.</summary>
static class Wire
{
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>UTC to the second, exactly 20 characters: several of the vendor's SDKs refuse anything else.</summary>
    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            RespectNullableAnnotations = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            // Answers are JSON with its own content type, never a part of a page.
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new Moments() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    sealed class Moments : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));
    }
}
