using System.Text.Json;

namespace Broker.Tests.AlibabaCloud;

/// <summary>The vendor's published signatures, each with its public source, in <c>vectors.json</c>.</summary>
static class KnownAnswers
{
    static readonly JsonDocument Document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors.json")));

    public static IEnumerable<JsonElement> Of(string algorithm) =>
        Document.RootElement.GetProperty("vectors").EnumerateArray().Where(v => v.GetProperty("algorithm").GetString() == algorithm);

    public static TheoryData<string> Ids(string algorithm) => [.. Of(algorithm).Select(v => v.GetProperty("id").GetString()!)];

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
}
