using Aliyun.OSS;
using Aliyun.OSS.Common;
using Broker.AlibabaCloud.Oss;

namespace Broker.AlibabaCloud.Sdk;

/// <summary>
/// URLs of GET and PUT by Aliyun.OSS.SDK.NetCore 2.14. It has no V4 forms, no other methods and no signed headers but Content-Type,
/// Content-MD5 and metadata: what is beyond it, our own signer signs. It cannot sign the host, so its URLs work at every address of the bucket.
/// </summary>
sealed class SdkOssSigner(OssCredential session, OssPlace place, IOssSigner native) : IOssSigner
{
    const string Metadata = "x-oss-meta-";

    readonly OssClient _client = Open(session, place);

    public string SignUrl(OssUrlRequest request, int expiresIn, DateTimeOffset begin)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expiresIn, 1);
        // It signs longer ones, too.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expiresIn, OssV4Signer.LongestUrl);
        if (!IsOfTheSdk(request)) return native.SignUrl(request, expiresIn, begin);
        var signed = new GeneratePresignedUriRequest(request.Bucket, request.Key, request.Method == "GET" ? SignHttpMethod.Get : SignHttpMethod.Put)
        {
            // It counts from its own clock and cuts the fraction off: with the last moment of the second, the end is the one that is meant.
            Expiration = begin.AddSeconds(expiresIn + 1).AddTicks(-1).UtcDateTime,
        };
        foreach (var (name, value) in request.Query) signed.AddQueryParam(name, value);
        foreach (var (name, value) in request.Headers) Add(signed, name.ToLowerInvariant(), value);
        // Its ToString is one without escapes.
        return _client.GeneratePresignedUri(signed).AbsoluteUri;
    }

    public string Scope(DateTimeOffset begin) => native.Scope(begin);

    public string SignPolicy(string policy, DateTimeOffset begin) => native.SignPolicy(policy, begin);

    static bool IsOfTheSdk(OssUrlRequest request) =>
        request.Method is "GET" or "PUT" && request.AdditionalHeaders.Count == 0 && request.Headers.All(header => IsOfTheSdk(header.Key.ToLowerInvariant()))
        // Its URI loses segments of dots.
        && !request.Key.Split('/').Any(segment => segment is "." or "..");

    static bool IsOfTheSdk(string header) => header is "content-type" or "content-md5" || header.StartsWith(Metadata, StringComparison.Ordinal);

    static void Add(GeneratePresignedUriRequest signed, string name, string value)
    {
        if (name == "content-type") signed.ContentType = value;
        else if (name == "content-md5") signed.ContentMd5 = value;
        else signed.AddUserMetadata(name[Metadata.Length..], value);
    }

    static OssClient Open(OssCredential session, OssPlace place)
    {
        var client = new OssClient(place.EndpointAddress, session.AccessKeyId, session.AccessKeySecret, session.SecurityToken ?? "",
            new ClientConfiguration { SignatureVersion = SignatureVersion.V4, IsCname = place.Addressing == OssAddressing.Cname });
        // Without one it signs an empty region, and says nothing.
        client.SetRegion(place.Region);
        return client;
    }
}
