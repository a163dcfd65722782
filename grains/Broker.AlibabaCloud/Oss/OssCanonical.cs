namespace Broker.AlibabaCloud.Oss;

/// <summary>What a signed URL permits.</summary>
/// <param name="Method">The HTTP method in upper case.</param>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The object.</param>
/// <param name="Query">Decoded names and values; an empty value is none.</param>
/// <param name="Headers">The headers that the client sends exactly so, <c>host</c> included where it is signed.</param>
/// <param name="AdditionalHeaders">The names of those that are signed besides <c>content-type</c>, <c>content-md5</c> and <c>x-oss-*</c>.</param>
public sealed record OssUrlRequest(
    string Method, string Bucket, string Key,
    IReadOnlyCollection<KeyValuePair<string, string>> Query,
    IReadOnlyCollection<KeyValuePair<string, string>> Headers,
    IReadOnlyCollection<string> AdditionalHeaders);

/// <summary>A header that is signed: its name in lower case, its value without blanks around it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
readonly record struct SignedHeader(string Name, string Value)
{
    /// <summary>Whether signatures hold it without its being named.</summary>
    public bool IsUsual => Name is "content-type" or "content-md5" || Name.StartsWith("x-oss-", StringComparison.Ordinal);
}

/// <summary>The canonical forms of V4 signatures.</summary>
static class OssCanonical
{
    /// <summary>The headers that are signed, in their order.</summary>
    /// <param name="request">Its own, and which of them are signed though they are not usual.</param>
    /// <param name="host">Signed besides; null: not.</param>
    public static List<SignedHeader> Headers(OssUrlRequest request, string? host)
    {
        var headers = new List<SignedHeader>(request.Headers.Count + 1);
        if (host is not null) headers.Add(new("host", host));
        foreach (var (name, value) in request.Headers)
        {
            var header = new SignedHeader(name.ToLowerInvariant(), value.Trim());
            if (!header.IsUsual && !request.AdditionalHeaders.Contains(header.Name, StringComparer.OrdinalIgnoreCase)) continue;
            headers.RemoveAll(other => other.Name == header.Name);
            headers.Add(header);
        }
        if (headers.Count > 1) headers.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return headers;
    }

    /// <summary>Percent-encoded names and values, sorted by the names.</summary>
    public static KeyValuePair<string, string>[] Encoded(IReadOnlyCollection<KeyValuePair<string, string>> query)
    {
        if (query.Count == 0) return [];
        var encoded = query.Select(p => new KeyValuePair<string, string>(PercentEncoding.Encode(p.Key), PercentEncoding.Encode(p.Value))).ToArray();
        Array.Sort(encoded, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return encoded;
    }

    /// <summary>The text whose hash is signed. The path names the bucket whatever the host is.</summary>
    public static void WriteRequest(ref Utf8Text text, OssUrlRequest request, scoped ReadOnlySpan<byte> query, List<SignedHeader> headers)
    {
        text.Add(request.Method);
        text.Add("\n/"u8);
        text.Add(request.Bucket);
        text.Add("/"u8);
        text.AddEncoded(request.Key, kept: (byte)'/');
        text.Add("\n"u8);
        text.Add(query);
        text.Add("\n"u8);
        foreach (var (name, value) in headers)
        {
            text.Add(name);
            text.Add(":"u8);
            text.Add(value);
            text.Add("\n"u8);
        }
        text.Add("\n"u8);
        WriteAdditional(ref text, headers, ";"u8);
        text.Add("\nUNSIGNED-PAYLOAD"u8);
    }

    /// <summary>The names that are signed besides the usual ones.</summary>
    public static void WriteAdditional(ref Utf8Text text, List<SignedHeader> headers, scoped ReadOnlySpan<byte> separator)
    {
        var first = true;
        foreach (var header in headers)
        {
            if (header.IsUsual) continue;
            if (!first) text.Add(separator);
            text.AddEncoded(header.Name);
            first = false;
        }
    }
}
