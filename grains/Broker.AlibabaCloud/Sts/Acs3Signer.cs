using System.Security.Cryptography;
using System.Text;

namespace Broker.AlibabaCloud.Sts;

/// <summary>
/// Alibaba Cloud's V3 request signature, <c>ACS3-HMAC-SHA256</c>. Pure: no clock, no I/O.
/// Source: "V3 request structure and signature" of Alibaba Cloud's SDK documentation.
/// </summary>
public static class Acs3Signer
{
    /// <summary>The signature algorithm's name, the first word of the Authorization header.</summary>
    public const string Algorithm = "ACS3-HMAC-SHA256";

    /// <summary>The Authorization header of a request.</summary>
    /// <param name="request">What is signed. The request must be sent exactly so.</param>
    /// <param name="accessKeyId">The key that signs.</param>
    /// <param name="accessKeySecret">Its secret; used as HMAC key as it stands, without derivation.</param>
    public static string Authorization(Acs3Request request, string accessKeyId, string accessKeySecret)
    {
        var headers = SignedHeaders(request);
        var stringToSign = StringToSign(CanonicalRequest(request, headers));
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(accessKeySecret), Encoding.UTF8.GetBytes(stringToSign));
        return $"{Algorithm} Credential={accessKeyId},SignedHeaders={Names(headers)},Signature={Convert.ToHexStringLower(signature)}";
    }

    /// <summary>The text whose hash is signed; known answers pin it.</summary>
    public static string CanonicalRequest(Acs3Request request) => CanonicalRequest(request, SignedHeaders(request));

    /// <summary>The algorithm's name and the hash of the canonical request.</summary>
    public static string StringToSign(string canonicalRequest) =>
        $"{Algorithm}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)))}";

    static string CanonicalRequest(Acs3Request request, SortedDictionary<string, string> headers)
    {
        var path = request.Path.Length == 0 ? "/" : request.Path;
        var lines = string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n"));
        return $"{request.Method}\n{path}\n{PercentEncoding.EncodeSorted(request.Query)}\n{lines}\n{Names(headers)}\n{request.PayloadHash}";
    }

    /// <summary>host, content-type and every x-acs-*, lower-case, trimmed; the values of a repeated name are joined with commas.</summary>
    static SortedDictionary<string, string> SignedHeaders(Acs3Request request)
    {
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in request.Headers.GroupBy(h => h.Key.ToLowerInvariant()))
        {
            if (group.Key is "host" or "content-type" || group.Key.StartsWith("x-acs-", StringComparison.Ordinal))
                signed[group.Key] = string.Join(',', group.Select(h => h.Value.Trim()).Order(StringComparer.Ordinal));
        }
        return signed;
    }

    static string Names(SortedDictionary<string, string> headers) => string.Join(';', headers.Keys);
}

/// <summary>What an ACS3 signature covers.</summary>
/// <param name="Method">The HTTP method in upper case.</param>
/// <param name="Path">The encoded path; empty means <c>/</c>.</param>
/// <param name="Query">Decoded names and values.</param>
/// <param name="Headers">All headers; those that are not signed are left out by the signer.</param>
/// <param name="PayloadHash">Lower-case hex SHA-256 of the body, the same as in <c>x-acs-content-sha256</c>.</param>
public sealed record Acs3Request(
    string Method, string Path,
    IReadOnlyCollection<KeyValuePair<string, string>> Query,
    IReadOnlyCollection<KeyValuePair<string, string>> Headers,
    string PayloadHash);
