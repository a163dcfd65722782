using System.Text.Json.Serialization;

namespace Broker;

/// <summary>A URL that a caller wants signed.</summary>
[GenerateSerializer, Immutable, Alias("Broker.SignUrl")]
public sealed record SignUrl
{
    /// <summary><c>GET</c>, <c>HEAD</c>, <c>PUT</c>, <c>POST</c> or <c>DELETE</c>.</summary>
    [JsonRequired, Id(0)] public string Method { get; init; } = "";

    /// <summary>The object's key, relative to the role's full prefix.</summary>
    [JsonRequired, Id(1)] public string Key { get; init; } = "";

    /// <summary>Its life in seconds; null: as long as the role's signedUrls.maxExpiresIn permits.</summary>
    [Id(2)] public int? ExpiresIn { get; init; }

    /// <summary>The Content-Type that the client will send; null: none.</summary>
    [Id(3)] public string? ContentType { get; init; }

    /// <summary>The Content-MD5 that the client will send, base64; null: none.</summary>
    [Id(4)] public string? ContentMd5 { get; init; }

    /// <summary>Headers that the client will send.</summary>
    [Id(5)] public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Parameters of the query.</summary>
    [Id(6)] public Dictionary<string, string> Query { get; init; } = [];

    /// <summary><c>clamp</c> (default): the URL may end earlier with its credentials, and says so. <c>require</c>: the whole life or an error.</summary>
    [Id(7)] public string Lifetime { get; init; } = "clamp";
}

/// <summary>Signed URLs, in the order of their requests.</summary>
/// <param name="Urls">The URLs.</param>
/// <param name="AccessKeyId">The session's key that signed them.</param>
/// <param name="Version">The version of the role's settings.</param>
[GenerateSerializer, Immutable, Alias("Broker.SignedUrls")]
public sealed record SignedUrlBatch([property: Id(0)] SignedUrl[] Urls, [property: Id(1)] string AccessKeyId, [property: Id(2)] long Version)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Urls.Length} URLs";
}

/// <summary>A signed URL.</summary>
/// <remarks>Prints its end only, because the URL is a permission.</remarks>
/// <param name="Url">The URL.</param>
/// <param name="Method">The method that it permits.</param>
/// <param name="Headers">The headers that the client must send exactly so.</param>
/// <param name="Expiration">When it stops working: its own end or its credentials', whichever is earlier.</param>
/// <param name="Clamped">Whether it ends earlier than was asked.</param>
[GenerateSerializer, Immutable, Alias("Broker.SignedUrl")]
public sealed record SignedUrl(
    [property: Id(0)] string Url,
    [property: Id(1)] string Method,
    [property: Id(2)] Dictionary<string, string> Headers,
    [property: Id(3)] DateTimeOffset Expiration,
    [property: Id(4)] bool Clamped)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Method} until {Expiration:yyyy-MM-ddTHH:mm:ssZ}";
}
