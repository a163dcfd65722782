using System.Globalization;
using System.Text;

namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>A request, so written that it can be made wrong at each place. Text is Latin-1: one character is one byte.</summary>
sealed class FuzzRequest
{
    /// <summary>The operation that it began as.</summary>
    public required string Operation { get; init; }

    public required string Method { get; set; }

    /// <summary>Escaped segments.</summary>
    public required List<string> Path { get; init; }

    /// <summary>Escaped names and values.</summary>
    public List<(string Name, string? Value)> Query { get; init; } = [];

    public List<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Null: none.</summary>
    public JsonTree? Body { get; init; }

    /// <summary>What is sent instead of the JSON.</summary>
    public byte[]? Bytes { get; set; }

    /// <summary>The whole target, where it is not of path and query.</summary>
    public string? Target { get; set; }

    public string Version { get; set; } = "HTTP/1.1";

    /// <summary>Whether the caller is of one tenant and the path of another.</summary>
    public bool Foreign { get; init; }

    /// <summary>Whether it may be cut off: then it need not be answered.</summary>
    public bool Unfinished { get; set; }

    public byte[] BodyBytes => Bytes ?? (Body is null ? [] : Encoding.UTF8.GetBytes(Body.ToString()));

    string Line => $"{Method} {Target ?? PathAndQuery} {Version}";

    string PathAndQuery => "/" + string.Join('/', Path) + (Query.Count == 0 ? "" : "?" + string.Join('&', Query.Select(p => p.Value is null ? p.Name : $"{p.Name}={p.Value}")));

    public void Set(string name, string? value)
    {
        Headers.RemoveAll(h => h.Name == name);
        if (value is not null) Headers.Add((name, value));
    }

    public byte[] ToBytes()
    {
        var body = BodyBytes;
        var framed = Headers.Any(h => h.Name is "Content-Length" or "Transfer-Encoding");
        var head = new StringBuilder(Line).Append("\r\n");
        foreach (var (name, value) in Headers) head.Append(name).Append(": ").Append(value).Append("\r\n");
        if (!framed && (Body is not null || body.Length > 0)) head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        return [.. Encoding.Latin1.GetBytes(head.Append("Connection: close\r\n\r\n").ToString()), .. body];
    }

    /// <summary>Enough of it to send it again.</summary>
    public override string ToString()
    {
        var text = Encoding.Latin1.GetString(ToBytes()).Replace("\r\n", " | ", StringComparison.Ordinal);
        return $"{Operation}: {(text.Length > 1500 ? $"{text[..1500]}… ({text.Length})" : text)}";
    }
}
