using System.Security.Cryptography;
using System.Text;

namespace Broker.Emulator.Signatures;

/// <summary>The Authorization header of an OSS4-HMAC-SHA256 request, taken apart.</summary>
public sealed record OssV4Authorization(string AccessKeyId, string Day, string Region, string Product, string[] AdditionalHeaders, string Signature)
{
    const string Algorithm = "OSS4-HMAC-SHA256 ";

    /// <summary>Null when it is of another form.</summary>
    public static OssV4Authorization? Parse(string header)
    {
        if (!header.StartsWith(Algorithm, StringComparison.Ordinal)) return null;
        var fields = header[Algorithm.Length..].Split(',').Select(p => p.Trim().Split('=', 2)).ToArray();
        if (fields.Any(f => f.Length != 2) || fields.DistinctBy(f => f[0]).Count() != fields.Length) return null;
        var byName = fields.ToDictionary(f => f[0], f => f[1]);
        if (!byName.Remove("Credential", out var credential) || !byName.Remove("Signature", out var signature)) return null;
        // Named and empty is an error of its own at OSS.
        string[] additional = byName.Remove("AdditionalHeaders", out var names) ? names.Split(';') : [];
        if (byName.Count > 0 || additional.Contains("")) return null;
        return credential.Split('/') is [{ Length: > 0 } id, { Length: 8 } day, { Length: > 0 } region, var product, "aliyun_v4_request"]
            ? new(id, day, region, product, additional, signature) : null;
    }
}

/// <summary>OSS's fourth signature.</summary>
public static class OssV4Signature
{
    /// <summary>The only payload hash that OSS's SDKs send.</summary>
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    /// <summary>The text whose hash is signed. The path names the bucket whatever the host was.</summary>
    public static string CanonicalRequest(SignedRequest request, string bucket, string key, IEnumerable<string> additionalHeaders)
    {
        var additional = additionalHeaders.Select(h => h.ToLowerInvariant()).Where(h => !SignedByDefault(h) && request.Header(h) is not null)
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        var names = request.Headers.Select(h => h.Key.ToLowerInvariant()).Where(SignedByDefault).Concat(additional).Distinct().Order(StringComparer.Ordinal);
        var headers = string.Concat(names.Select(name => $"{name}:{request.Header(name)}\n"));
        var query = request.Query.Where(p => p.Key != "x-oss-signature").Select(p => (Name: Escape.Of(p.Key), Value: Escape.Of(p.Value)))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal)
            .Select(p => p.Value.Length == 0 ? p.Name : $"{p.Name}={p.Value}");
        var path = bucket.Length == 0 ? "/" : $"/{bucket}/{Escape.Of(key, keepSlash: true)}";
        return $"{request.Method}\n{path}\n{string.Join('&', query)}\n{headers}\n{string.Join(';', additional)}\n{UnsignedPayload}";
    }

    /// <summary>The text that is signed.</summary>
    public static string StringToSign(string canonicalRequest, string dateTime, OssV4Authorization scope) =>
        $"OSS4-HMAC-SHA256\n{dateTime}\n{scope.Day}/{scope.Region}/{scope.Product}/aliyun_v4_request\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)))}";

    /// <summary>The signature, lower-case hex.</summary>
    public static string Compute(string stringToSign, string secret, OssV4Authorization scope)
    {
        var key = Encoding.UTF8.GetBytes("aliyun_v4" + secret);
        foreach (var part in (string[])[scope.Day, scope.Region, scope.Product, "aliyun_v4_request"]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(stringToSign)));
    }

    static bool SignedByDefault(string name) => name is "content-type" or "content-md5" || name.StartsWith("x-oss-", StringComparison.Ordinal);
}
