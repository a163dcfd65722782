using System.Security.Cryptography;
using System.Text;

namespace Broker.Emulator.Signatures;

/// <summary>The Authorization header of an ACS3-HMAC-SHA256 request, taken apart.</summary>
public sealed record Acs3Authorization(string AccessKeyId, string[] SignedHeaders, string Signature)
{
    const string Algorithm = "ACS3-HMAC-SHA256 ";

    /// <summary>Null when it is of another form.</summary>
    public static Acs3Authorization? Parse(string header)
    {
        if (!header.StartsWith(Algorithm, StringComparison.Ordinal)) return null;
        var parts = header[Algorithm.Length..].Split(',').Select(p => p.Trim().Split('=', 2)).ToArray();
        return parts is [["Credential", { Length: > 0 } id], ["SignedHeaders", var headers], ["Signature", { Length: 64 } signature]]
            ? new(id, headers.Split(';'), signature) : null;
    }
}

/// <summary>The signature of ACS3-HMAC-SHA256 requests.</summary>
public static class Acs3Signature
{
    static readonly string[] Always = ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];

    /// <summary>What must be signed and is not, or is named without being sent; null when nothing.</summary>
    public static string? MissingHeader(SignedRequest request, Acs3Authorization authorization)
    {
        var sent = request.Headers.Select(h => h.Key.ToLowerInvariant()).Where(h => h is "host" or "content-type" || h.StartsWith("x-acs-", StringComparison.Ordinal));
        var missing = Always.Concat(sent).Except(authorization.SignedHeaders).FirstOrDefault();
        return missing ?? authorization.SignedHeaders.FirstOrDefault(h => request.Header(h) is null);
    }

    /// <summary>The text whose hash is signed.</summary>
    public static string CanonicalRequest(SignedRequest request, string[] signedHeaders, string payloadHash)
    {
        var query = string.Join('&', request.Query.Select(p => (Name: Escape.Of(p.Key), Value: Escape.Of(p.Value)))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}"));
        var headers = new StringBuilder();
        foreach (var name in signedHeaders) headers.Append(name).Append(':').Append(request.Header(name)).Append('\n');
        return $"{request.Method}\n{Escape.Of(request.Path, keepSlash: true)}\n{query}\n{headers}\n{string.Join(';', signedHeaders)}\n{payloadHash}";
    }

    /// <summary>The signature, lower-case hex.</summary>
    public static string Compute(string canonicalRequest, string secret)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"ACS3-HMAC-SHA256\n{hash}")));
    }
}
