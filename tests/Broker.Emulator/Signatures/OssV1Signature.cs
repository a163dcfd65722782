using System.Security.Cryptography;
using System.Text;

namespace Broker.Emulator.Signatures;

/// <summary>OSS's first signature, HMAC-SHA1 over headers and resource.</summary>
public static class OssV1Signature
{
    /// <summary>Parameters of the query that name a part of the resource and are signed, their values decoded. Source: OSS, "Signature version 1".</summary>
    static readonly HashSet<string> SubResources =
    [
        "acl", "uploads", "location", "cors", "logging", "website", "referer", "lifecycle", "delete", "append", "tagging", "objectMeta", "uploadId", "partNumber",
        "security-token", "position", "img", "style", "styleName", "replication", "replicationProgress", "replicationLocation", "cname", "bucketInfo", "comp",
        "qos", "live", "status", "vod", "startTime", "endTime", "symlink", "x-oss-process", "response-content-type", "response-content-language",
        "response-expires", "response-cache-control", "response-content-disposition", "response-content-encoding", "callback", "callback-var", "versionId",
        "versions", "versioning", "policy", "requestPayment", "restore", "encryption", "inventory", "inventoryId", "continuation-token", "x-oss-traffic-limit",
        "worm", "wormId", "wormExtend", "asyncFetch", "x-oss-request-payer", "sequential", "stat",
    ];

    /// <summary>The text that is signed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="date">The Date line.</param>
    /// <param name="bucket">The bucket; empty: none.</param>
    /// <param name="key">The object; empty: none.</param>
    public static string StringToSign(SignedRequest request, string date, string bucket, string key)
    {
        var headers = request.Headers.Select(h => h.Key.ToLowerInvariant()).Where(h => h.StartsWith("x-oss-", StringComparison.Ordinal)).Distinct()
            .Order(StringComparer.Ordinal).Select(h => $"{h}:{request.Header(h)}\n");
        var parameters = request.Query.Where(p => SubResources.Contains(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => p.Value.Length == 0 ? p.Key : $"{p.Key}={p.Value}").ToArray();
        var resource = bucket.Length == 0 ? "/" : $"/{bucket}/{key}";
        if (parameters.Length > 0) resource += "?" + string.Join('&', parameters);
        return $"{request.Method}\n{request.Header("content-md5")}\n{request.Header("content-type")}\n{date}\n{string.Concat(headers)}{resource}";
    }

    /// <summary>The signature, base64.</summary>
    public static string Compute(string stringToSign, string secret) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(stringToSign)));
}
