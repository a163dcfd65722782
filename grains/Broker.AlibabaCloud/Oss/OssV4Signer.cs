using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Broker.AlibabaCloud.Oss;

/// <summary>
/// OSS's V4 signature, <c>OSS4-HMAC-SHA256</c>, by one credential in one region. Pure but for the signing key of the day,
/// which it keeps. Source: OSS, "Include V4 signatures in URLs" and "PostObject, V4".
/// </summary>
/// <param name="credential">The key that signs.</param>
/// <param name="region">The bucket's region; never empty.</param>
/// <param name="product"><c>oss</c>, or <c>oss-cloudbox</c> where the region is a CloudBox's id.</param>
public sealed class OssV4Signer(OssCredential credential, string region, string product = "oss")
{
    /// <summary>The algorithm's name.</summary>
    public const string Algorithm = "OSS4-HMAC-SHA256";

    /// <summary>OSS accepts URLs of 1 to 604,800 seconds.</summary>
    public const int LongestUrl = 604_800;

    readonly string _region = region.Length > 0 ? region : throw new ArgumentException("A signature without a region is none.", nameof(region));
    KeyOfDay? _key;

    /// <summary>The credential that signs.</summary>
    public OssCredential Credential => credential;

    /// <summary>What a signature of this moment names as its credential: key, day, region, product.</summary>
    public string Scope(DateTimeOffset now) => $"{credential.AccessKeyId}/{ScopeOfDay(Day(now))}";

    /// <summary>The query of a signed URL, its signature included, in canonical order.</summary>
    /// <param name="request">What the URL permits.</param>
    /// <param name="expiresIn">Seconds from the moment's whole second; 1 to <see cref="LongestUrl"/>.</param>
    /// <param name="now">The moment.</param>
    public string PresignQuery(OssUrlRequest request, int expiresIn, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expiresIn, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expiresIn, LongestUrl);
        var dateTime = DateTime(now);
        var additional = OssCanonical.AdditionalHeaders(request);
        var query = new List<KeyValuePair<string, string>>(request.Query)
        {
            new("x-oss-signature-version", Algorithm),
            new("x-oss-credential", Scope(now)),
            new("x-oss-date", dateTime),
            new("x-oss-expires", expiresIn.ToString(CultureInfo.InvariantCulture)),
        };
        if (additional.Length > 0) query.Add(new("x-oss-additional-headers", additional));
        if (credential.SecurityToken is { } token) query.Add(new("x-oss-security-token", token));
        var canonicalQuery = OssCanonical.Query(query);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(OssCanonical.Request(request, canonicalQuery, additional)));
        var signature = Sign($"{Algorithm}\n{dateTime}\n{ScopeOfDay(Day(now))}\n{Convert.ToHexStringLower(hash)}", Day(now));
        return $"{canonicalQuery}&x-oss-signature={signature}";
    }

    /// <summary>The signature of a form's policy.</summary>
    /// <param name="policy">The policy, base64.</param>
    /// <param name="now">The moment that the form's <c>x-oss-date</c> names.</param>
    public string SignPolicy(string policy, DateTimeOffset now) => Sign(policy, Day(now));

    /// <summary>The moment as <c>x-oss-date</c>.</summary>
    public static string DateTime(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture);

    static string Day(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    string ScopeOfDay(string day) => $"{day}/{_region}/{product}/aliyun_v4_request";

    string Sign(string text, string day)
    {
        var key = _key;
        if (key is null || key.Day != day) _key = key = Derive(day);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key.Key, Encoding.UTF8.GetBytes(text)));
    }

    KeyOfDay Derive(string day)
    {
        var key = Encoding.UTF8.GetBytes($"aliyun_v4{credential.AccessKeySecret}");
        foreach (var part in (ReadOnlySpan<string>)[day, _region, product, "aliyun_v4_request"]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return new(day, key);
    }

    sealed class KeyOfDay(string day, byte[] key)
    {
        public string Day => day;

        public byte[] Key => key;
    }
}
