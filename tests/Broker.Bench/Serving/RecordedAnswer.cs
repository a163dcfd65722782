using System.Text.Json;

namespace Broker.Bench.Serving;

/// <summary>An answer of the broker, which bare Kestrel gives again byte for byte. Prints none of it: it holds a session.</summary>
/// <param name="Headers">All headers but those that a server makes anew for each answer.</param>
/// <param name="Body">The body.</param>
sealed record RecordedAnswer(Dictionary<string, string> Headers, byte[] Body)
{
    static readonly string[] OwnOfEachAnswer = ["Date", "Content-Length", "Transfer-Encoding"];

    public static async Task<RecordedAnswer> OfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var headers = response.Headers.Concat(response.Content.Headers).Where(header => !OwnOfEachAnswer.Contains(header.Key));
        return new(headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value)), await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    public static RecordedAnswer Read(string file) => JsonSerializer.Deserialize<RecordedAnswer>(File.ReadAllBytes(file))!;

    public void Write(string file) => File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(this));

    public override string ToString() => $"{Body.Length} bytes";
}
