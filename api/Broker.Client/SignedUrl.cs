using System.Text.Json.Serialization;

namespace Broker.Client;

/// <summary>A URL to be signed.</summary>
/// <param name="Method"><c>GET</c>, <c>HEAD</c>, <c>PUT</c>, <c>POST</c> or <c>DELETE</c>.</param>
/// <param name="Key">The object, below the role's prefix.</param>
public sealed record SignedUrlRequest(string Method, string Key)
{
    /// <summary>Its life, in seconds; null: as long as the role permits.</summary>
    public int? ExpiresIn { get; init; }

    /// <summary>The Content-Type that the client must send; null: any.</summary>
    public string? ContentType { get; init; }

    /// <summary>The Content-MD5 that the client must send, base64; null: any.</summary>
    public string? ContentMd5 { get; init; }

    /// <summary>Headers that the client must send: <c>x-oss-meta-*</c> and some more; null: none.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Parameters of the query: <c>uploads</c>, <c>uploadId</c>, <c>partNumber</c>, <c>response-*</c> and some more; null: none.</summary>
    public IReadOnlyDictionary<string, string>? Query { get; init; }

    /// <summary><c>clamp</c>: a shorter life will do; <c>require</c>: a shorter one is refused; null: <c>clamp</c>.</summary>
    public string? Lifetime { get; init; }
}

/// <summary>A signed URL. It is a secret itself, so it prints only what it permits.</summary>
/// <param name="Url">The URL.</param>
/// <param name="Method">The method for which it is.</param>
/// <param name="Headers">The headers that the client must send exactly.</param>
/// <param name="Expiration">When it really stops working.</param>
/// <param name="Clamped">Whether that is earlier than was asked for.</param>
public sealed record SignedUrl(
    [property: JsonRequired] string Url, [property: JsonRequired] string Method, [property: JsonRequired] IReadOnlyDictionary<string, string> Headers,
    [property: JsonRequired] DateTimeOffset Expiration, bool Clamped)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Method} until {Expiration:yyyy-MM-ddTHH:mm:ssZ}";
}
