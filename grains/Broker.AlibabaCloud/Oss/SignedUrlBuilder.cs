namespace Broker.AlibabaCloud.Oss;

/// <summary>A whole signed URL: the bucket's address, the key, the signed query. The host is signed, so the URL works there only.</summary>
public static class SignedUrlBuilder
{
    /// <summary>Builds and signs it.</summary>
    /// <param name="signer">Signs.</param>
    /// <param name="place">Where the bucket is.</param>
    /// <param name="request">What is permitted; host is added.</param>
    /// <param name="expiresIn">Seconds.</param>
    /// <param name="now">The moment.</param>
    public static string Build(OssV4Signer signer, OssPlace place, OssUrlRequest request, int expiresIn, DateTimeOffset now)
    {
        var withHost = request with { Headers = [.. request.Headers, new("host", place.Host)], AdditionalHeaders = [.. request.AdditionalHeaders, "host"] };
        return $"{place.Url}/{OssCanonical.Path(request.Key)}?{signer.PresignQuery(withHost, expiresIn, now)}";
    }
}
