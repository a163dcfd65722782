using System.Text;

namespace Broker.AlibabaCloud.Oss;

/// <summary>V4 signatures by <see cref="OssV4Signer"/>. URLs sign their host too, so each works there only.</summary>
/// <param name="session">The key that signs.</param>
/// <param name="place">Where the bucket is.</param>
public sealed class OssSigner(OssCredential session, OssPlace place) : IOssSigner
{
    const int UsualUrl = 4096;

    readonly OssV4Signer _signer = new(session, place.Region);
    readonly string _address = $"{place.Url}/", _host = place.Host;

    /// <inheritdoc/>
    public string SignUrl(OssUrlRequest request, int expiresIn, DateTimeOffset begin)
    {
        var url = new Utf8Text(UsualUrl);
        try
        {
            url.Add(_address);
            url.AddEncoded(request.Key, kept: (byte)'/');
            url.Add("?"u8);
            _signer.Presign(ref url, request, _host, expiresIn, begin);
            return Encoding.UTF8.GetString(url.Written);
        }
        finally { url.Dispose(); }
    }

    /// <inheritdoc/>
    public string Scope(DateTimeOffset begin) => _signer.Scope(begin);

    /// <inheritdoc/>
    public string SignPolicy(string policy, DateTimeOffset begin) => _signer.SignPolicy(policy, begin);
}
