namespace Broker.AlibabaCloud.Oss;

/// <summary>V4 signatures by <see cref="OssV4Signer"/>. URLs sign their host too, so each works there only.</summary>
/// <param name="session">The key that signs.</param>
/// <param name="place">Where the bucket is.</param>
public sealed class OssSigner(OssCredential session, OssPlace place) : IOssSigner
{
    readonly OssV4Signer _signer = new(session, place.Region);

    /// <inheritdoc/>
    public string SignUrl(OssUrlRequest request, int expiresIn, DateTimeOffset begin)
    {
        var withHost = request with { Headers = [.. request.Headers, new("host", place.Host)], AdditionalHeaders = [.. request.AdditionalHeaders, "host"] };
        return $"{place.Url}/{OssCanonical.Path(request.Key)}?{_signer.PresignQuery(withHost, expiresIn, begin)}";
    }

    /// <inheritdoc/>
    public string Scope(DateTimeOffset begin) => _signer.Scope(begin);

    /// <inheritdoc/>
    public string SignPolicy(string policy, DateTimeOffset begin) => _signer.SignPolicy(policy, begin);
}
