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

    const string DateTimeFormat = "yyyyMMddTHHmmssZ";

    /// <summary>OSS accepts URLs of 1 to 604,800 seconds.</summary>
    public const int LongestUrl = 604_800;

    const int UsualUrl = 4096;

    readonly string _region = region.Length > 0 ? region : throw new ArgumentException("A signature without a region is none.", nameof(region));
    readonly string? _encodedToken = credential.SecurityToken is { } token ? PercentEncoding.Encode(token) : null;
    KeyOfDay? _key;

    /// <summary>What a signature of this moment names as its credential: key, day, region, product.</summary>
    public string Scope(DateTimeOffset now) => $"{credential.AccessKeyId}/{KeyOf(now).Scope}";

    /// <summary>Adds the query of a signed URL to it, in canonical order, its signature last.</summary>
    /// <param name="url">What stands before the query.</param>
    /// <param name="request">What the URL permits.</param>
    /// <param name="host">The host that is signed besides; null: none.</param>
    /// <param name="expiresIn">Seconds from the moment's whole second; 1 to <see cref="LongestUrl"/>.</param>
    /// <param name="now">The moment.</param>
    internal void Presign(ref Utf8Text url, OssUrlRequest request, string? host, int expiresIn, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expiresIn, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expiresIn, LongestUrl);
        var (key, begin, headers) = (KeyOf(now), url.Length, OssCanonical.Headers(request, host));
        WriteQuery(ref url, new QueryParameters(OssCanonical.Encoded(request.Query)), headers, key, expiresIn, now);
        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        var text = new Utf8Text(UsualUrl);
        try
        {
            OssCanonical.WriteRequest(ref text, request, url.Written[begin..], headers);
            SHA256.HashData(text.Written, signature);
            Sign(key, now, signature);
        }
        finally { text.Dispose(); }
        url.Add("&x-oss-signature="u8);
        url.AddHex(signature);
    }

    /// <summary>The signature of a form's policy.</summary>
    /// <param name="policy">The policy, base64.</param>
    /// <param name="now">The moment that the form's <c>x-oss-date</c> names.</param>
    public string SignPolicy(string policy, DateTimeOffset now)
    {
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var text = new Utf8Text(policy.Length);
        try
        {
            text.Add(policy);
            HMACSHA256.HashData(KeyOf(now).Key, text.Written, signature);
        }
        finally { text.Dispose(); }
        return Convert.ToHexStringLower(signature);
    }

    /// <summary>The moment as <c>x-oss-date</c>.</summary>
    public static string DateTime(DateTimeOffset now) => now.UtcDateTime.ToString(DateTimeFormat, CultureInfo.InvariantCulture);

    void WriteQuery(ref Utf8Text url, QueryParameters query, List<SignedHeader> headers, KeyOfDay key, int expiresIn, DateTimeOffset now)
    {
        if (headers.Exists(static header => !header.IsUsual))
        {
            query.Begin(ref url, "x-oss-additional-headers");
            OssCanonical.WriteAdditional(ref url, headers, "%3B"u8);
        }
        query.Begin(ref url, "x-oss-credential");
        url.AddEncoded(credential.AccessKeyId);
        url.Add("%2F"u8);
        url.AddEncoded(key.Scope);
        query.Begin(ref url, "x-oss-date");
        url.Add(now.UtcDateTime, DateTimeFormat);
        query.Begin(ref url, "x-oss-expires");
        url.Add(expiresIn);
        if (_encodedToken is not null)
        {
            query.Begin(ref url, "x-oss-security-token");
            url.Add(_encodedToken);
        }
        query.Begin(ref url, "x-oss-signature-version");
        url.Add("OSS4-HMAC-SHA256"u8);
        query.End(ref url);
    }

    /// <summary>The signature of a canonical request's hash, in its place.</summary>
    static void Sign(KeyOfDay key, DateTimeOffset now, Span<byte> hash)
    {
        var text = new Utf8Text(256);
        try
        {
            text.Add("OSS4-HMAC-SHA256\n"u8);
            text.Add(now.UtcDateTime, DateTimeFormat);
            text.Add("\n"u8);
            text.Add(key.Scope);
            text.Add("\n"u8);
            text.AddHex(hash);
            HMACSHA256.HashData(key.Key, text.Written, hash);
        }
        finally { text.Dispose(); }
    }

    KeyOfDay KeyOf(DateTimeOffset now)
    {
        var (key, day) = (_key, DateOnly.FromDateTime(now.UtcDateTime));
        if (key is null || key.Day != day) _key = key = Derive(day);
        return key;
    }

    KeyOfDay Derive(DateOnly day)
    {
        string[] scope = [day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), _region, product, "aliyun_v4_request"];
        var key = Encoding.UTF8.GetBytes($"aliyun_v4{credential.AccessKeySecret}");
        foreach (var part in scope) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return new(day, string.Join('/', scope), key);
    }

    sealed class KeyOfDay(DateOnly day, string scope, byte[] key)
    {
        public DateOnly Day => day;

        /// <summary>Day, region, product.</summary>
        public string Scope => scope;

        public byte[] Key => key;
    }
}
