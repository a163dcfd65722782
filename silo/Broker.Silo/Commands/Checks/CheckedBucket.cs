using System.Xml.Linq;
using Broker.AlibabaCloud.Oss;

namespace Broker.Silo.Commands.Checks;

/// <summary>What OSS answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">OSS's code of an error, and its more exact EC; null: none.</param>
/// <param name="Body">All of it.</param>
/// <param name="ETag">The object's or the part's; null: none.</param>
sealed record OssAnswer(int Status, string? Code, string Body, string? ETag)
{
    public override string ToString() => Code is null ? $"{Status}" : $"{Status} {Code}";
}

/// <summary>The role's bucket at OSS, asked with a session of it as its callers ask: by V4 signatures of their own.</summary>
sealed class CheckedBucket(OssPlace place, OssCredential session, TimeProvider clock) : IDisposable
{
    const int SignedFor = 300;

    readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    readonly OssSigner _signer = new(session, place);

    public void Dispose() => _http.Dispose();

    /// <summary>One request, signed with the session.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="key">The object; empty: the bucket.</param>
    /// <param name="query">Decoded names and values.</param>
    /// <param name="content">What is sent.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<OssAnswer> AskAsync(HttpMethod method, string key, Dictionary<string, string> query, byte[]? content, CancellationToken cancellationToken)
    {
        var url = _signer.SignUrl(new(method.Method, place.Bucket, key, query, [], []), SignedFor, clock.GetUtcNow());
        return SendAsync(new(method, url) { Content = content is null ? null : new ByteArrayContent(content) }, cancellationToken);
    }

    /// <summary>One request as it is.</summary>
    public async Task<OssAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        using (var response = await _http.SendAsync(request, cancellationToken))
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return new((int)response.StatusCode, response.IsSuccessStatusCode ? null : CodeIn(body), body, response.Headers.ETag?.Tag);
        }
    }

    static string? CodeIn(string body)
    {
        try
        {
            var error = XElement.Parse(body);
            return string.Join(' ', new[] { error.Element("Code")?.Value, error.Element("EC")?.Value }.Where(part => part is not null));
        }
        catch (System.Xml.XmlException) { return null; }
    }
}
