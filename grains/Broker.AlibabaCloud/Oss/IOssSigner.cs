namespace Broker.AlibabaCloud.Oss;

/// <summary>Signs with one session for one bucket.</summary>
public interface IOssSigner
{
    /// <summary>A whole signed URL: the bucket's address, the key, the signed query.</summary>
    /// <param name="request">What is permitted.</param>
    /// <param name="expiresIn">Seconds from <paramref name="begin"/>; 1 to <see cref="OssV4Signer.LongestUrl"/>.</param>
    /// <param name="begin">A whole second, the present one.</param>
    string SignUrl(OssUrlRequest request, int expiresIn, DateTimeOffset begin);

    /// <summary>What a form of this moment names as its credential: key, day, region, product.</summary>
    string Scope(DateTimeOffset begin);

    /// <summary>The V4 signature of a form's policy.</summary>
    /// <param name="policy">The policy, base64.</param>
    /// <param name="begin">The moment that the form's <c>x-oss-date</c> names.</param>
    string SignPolicy(string policy, DateTimeOffset begin);
}
