using System.Text;

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

/// <summary>The canonical forms of V4 signatures.</summary>
static class OssCanonical
{
    const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    /// <summary>The text whose hash is signed. The path names the bucket whatever the host is.</summary>
    public static string Request(OssUrlRequest request, string canonicalQuery, string additionalHeaders)
    {
        var additional = additionalHeaders.Split(';');
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in request.Headers)
            if (name.ToLowerInvariant() is var lower && (SignedAlways(lower) || additional.Contains(lower))) headers[lower] = value.Trim();
        var text = new StringBuilder(512).Append(request.Method).Append("\n/").Append(request.Bucket).Append('/').Append(Path(request.Key)).Append('\n').Append(canonicalQuery).Append('\n');
        foreach (var (name, value) in headers) text.Append(name).Append(':').Append(value).Append('\n');
        return text.Append('\n').Append(additionalHeaders).Append('\n').Append(UnsignedPayload).ToString();
    }

    /// <summary>The names that are signed besides the usual ones, of those that are sent; joined by semicolons.</summary>
    public static string AdditionalHeaders(OssUrlRequest request)
    {
        if (request.AdditionalHeaders.Count == 0) return "";
        var sent = request.Headers.Select(h => h.Key.ToLowerInvariant()).ToHashSet();
        var names = request.AdditionalHeaders.Select(h => h.ToLowerInvariant()).Where(h => !SignedAlways(h) && sent.Contains(h));
        return string.Join(';', names.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Sorted by encoded names; a name without a value stands bare.</summary>
    public static string Query(List<KeyValuePair<string, string>> query)
    {
        var encoded = query.ConvertAll(p => (Name: PercentEncoding.Encode(p.Key), Value: PercentEncoding.Encode(p.Value)));
        encoded.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return string.Join('&', encoded.Select(p => p.Value.Length == 0 ? p.Name : $"{p.Name}={p.Value}"));
    }

    /// <summary>The key as it stands in a URL: encoded but for its slashes.</summary>
    public static string Path(string key) => PercentEncoding.Encode(key).Replace("%2F", "/", StringComparison.Ordinal);

    static bool SignedAlways(string name) => name is "content-type" or "content-md5" || name.StartsWith("x-oss-", StringComparison.Ordinal);
}
