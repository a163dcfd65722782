using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Broker.AlibabaCloud.Sources;

namespace Broker.AlibabaCloud.Sts;

/// <summary>
/// One call of STS over HTTP and its answer. Parameters go in a form body, never in the URL, which proxies write to their logs.
/// </summary>
/// <param name="http">As <see cref="StsHttp.CreateClient"/> makes it.</param>
/// <param name="address">Where STS is.</param>
/// <param name="clock">The time.</param>
sealed class StsExchange(HttpClient http, Uri address, TimeProvider clock) : IStsExchange
{
    const string Version = "2015-04-01", Form = "application/x-www-form-urlencoded";

    /// <inheritdoc/>
    public Task<AssumedRole> AssumeRoleAsync(AssumeRoleRequest request, SourceIdentity caller, CancellationToken cancellationToken) =>
        SendAsync(() => Signed(request, caller), cancellationToken);

    /// <summary>Makes the request and sends it, and does both once more after a clock error.</summary>
    /// <exception cref="StsException">STS refused, or did not answer in time.</exception>
    public Task<AssumedRole> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken) =>
        StsAttempts.RunAsync(either => CallAsync(make, either), clock, cancellationToken);

    HttpRequestMessage Signed(AssumeRoleRequest request, SourceIdentity caller)
    {
        var form = new Dictionary<string, string>
        {
            ["RoleArn"] = request.RoleArn,
            ["RoleSessionName"] = request.RoleSessionName,
            ["DurationSeconds"] = $"{request.DurationSeconds}",
        };
        if (request.Policy is not null) form["Policy"] = request.Policy;
        if (request.ExternalId is not null) form["ExternalId"] = request.ExternalId;
        return Sign("AssumeRole", PercentEncoding.EncodeSorted(form), caller);
    }

    /// <summary>A call that nobody signs; its action and version stand in the query, as the vendor's SDKs send it.</summary>
    public HttpRequestMessage Anonymous(string action, Dictionary<string, string> form)
    {
        var query = PercentEncoding.EncodeSorted(new Dictionary<string, string>
        {
            ["Action"] = action, ["Format"] = "JSON", ["Version"] = Version, ["Timestamp"] = Now(), ["SignatureNonce"] = Nonce(),
        });
        return Message(new(address, $"/?{query}"), Encoding.ASCII.GetBytes(PercentEncoding.EncodeSorted(form)));
    }

    async Task<AssumedRole> CallAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var message = make();
        using var response = await http.SendAsync(message, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return StsAnswer.Read(response, body, clock.GetUtcNow());
    }

    HttpRequestMessage Sign(string action, string form, SourceIdentity caller)
    {
        var body = Encoding.ASCII.GetBytes(form);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        var headers = new Dictionary<string, string>
        {
            ["host"] = address.Authority,
            ["x-acs-action"] = action,
            ["x-acs-content-sha256"] = hash,
            ["x-acs-date"] = Now(),
            ["x-acs-signature-nonce"] = Nonce(),
            ["x-acs-version"] = Version,
            ["content-type"] = Form,
        };
        if (caller.SecurityToken is not null) headers["x-acs-security-token"] = caller.SecurityToken;
        var message = Message(address, body);
        message.Headers.Host = headers["host"];
        foreach (var (name, value) in headers)
            if (name.StartsWith("x-acs-", StringComparison.Ordinal)) message.Headers.Add(name, value);
        message.Headers.TryAddWithoutValidation("Authorization",
            Acs3Signer.Authorization(new("POST", "/", [], headers, hash), caller.AccessKeyId, caller.AccessKeySecret));
        return message;
    }

    static HttpRequestMessage Message(Uri target, byte[] form)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(form) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(Form);
        message.Headers.Accept.ParseAdd("application/json");
        return message;
    }

    string Now() => clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    static string Nonce() => Guid.NewGuid().ToString("N");
}
