using System.Globalization;
using System.Text.Json;

namespace Broker.Tests.AlibabaCloud;

/// <summary>The vendor's published signatures, each with its public source, in <c>vectors.json</c>.</summary>
static class KnownAnswers
{
    static readonly JsonDocument Document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors.json")));

    public static IEnumerable<(string Id, string Algorithm)> All => Document.RootElement.GetProperty("vectors").EnumerateArray().Select(v => (v.Text("id"), v.Text("algorithm")));

    public static TheoryData<string> Ids(string algorithm) => [.. All.Where(v => v.Algorithm == algorithm).Select(v => v.Id)];

    public static (JsonElement Input, JsonElement Expected) Get(string id)
    {
        var vector = Document.RootElement.GetProperty("vectors").EnumerateArray().Single(v => v.GetProperty("id").GetString() == id);
        return (vector.GetProperty("input"), vector.GetProperty("expected"));
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static KeyValuePair<string, string>[] Pairs(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!))];

    public static KeyValuePair<string, string>[] List(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(p => KeyValuePair.Create(p[0].GetString()!, p[1].GetString()!))];

    /// <summary>When it was signed, and for how many seconds; 0 where that is no part of it.</summary>
    public static (DateTimeOffset Now, int Seconds) Times(JsonElement input)
    {
        if (input.TryGetProperty("sign_time_unix", out var signed))
            return (DateTimeOffset.FromUnixTimeSeconds(signed.GetInt64()), (int)(input.GetProperty("expiration_unix").GetInt64() - signed.GetInt64()));
        var now = DateTimeOffset.ParseExact(input.Text("date"), "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return (now, input.TryGetProperty("expires", out var expires) ? expires.GetInt32() : 0);
    }
}
