using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Broker.AlibabaCloud.Sources;

namespace Broker.AlibabaCloud.Sts;

/// <summary>
/// Calls STS over HTTP. Parameters go in a form body, never in the URL, which proxies write to their logs.
/// </summary>
public sealed class StsClient(HttpClient http, Uri address, ISourceIdentityProvider identity, TimeProvider clock) : IStsClient
{
    const string Version = "2015-04-01";
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    static readonly TimeSpan WholeTimeout = TimeSpan.FromSeconds(4);
    const int LongestAnswer = 256 * 1024;

    /// <summary>An HTTP client for STS: pooled, follows DNS changes, no redirects, no proxy's or cookie's surprises.</summary>
    public static HttpClient CreateHttpClient() => new(CreateHandler())
    {
        // The time limit is ours (WholeTimeout), so that it follows the given clock.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LongestAnswer,
    };

    internal static SocketsHttpHandler CreateHandler() => new()
    {
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    /// <inheritdoc/>
    public async Task<AssumedRole> AssumeRoleAsync(AssumeRoleRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(WholeTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            try { return await CallAsync(request, either.Token); }
            catch (StsException e) when (e.Failure == StsFailure.Clock) { return await CallAsync(request, either.Token); }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StsException(StsFailure.Unavailable, "Timeout", $"STS has not answered within {WholeTimeout.TotalSeconds:0} s.");
        }
        catch (HttpRequestException e)
        {
            throw new StsException(StsFailure.Unavailable, "Connection", $"STS cannot be reached: {e.HttpRequestError}.");
        }
        // HttpClient's own for a connection that is reset as soon as it is made, though its documentation does not name it.
        catch (SocketException e)
        {
            throw new StsException(StsFailure.Unavailable, "Connection", $"STS cannot be reached: {e.SocketErrorCode}.");
        }
    }

    async Task<AssumedRole> CallAsync(AssumeRoleRequest request, CancellationToken cancellationToken)
    {
        var caller = await identity.GetAsync(cancellationToken);
        using var message = Sign(Form(request), caller);
        using var response = await http.SendAsync(message, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return StsAnswer.Read(response, body, clock.GetUtcNow());
    }

    static string Form(AssumeRoleRequest request)
    {
        var form = new Dictionary<string, string>
        {
            ["RoleArn"] = request.RoleArn,
            ["RoleSessionName"] = request.RoleSessionName,
            ["DurationSeconds"] = $"{request.DurationSeconds}",
            ["Policy"] = request.Policy,
        };
        if (request.ExternalId is not null) form["ExternalId"] = request.ExternalId;
        return PercentEncoding.EncodeSorted(form);
    }

    HttpRequestMessage Sign(string form, SourceIdentity caller)
    {
        var body = Encoding.ASCII.GetBytes(form);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        var headers = new Dictionary<string, string>
        {
            ["host"] = address.Authority,
            ["x-acs-action"] = "AssumeRole",
            ["x-acs-content-sha256"] = hash,
            ["x-acs-date"] = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            ["x-acs-signature-nonce"] = Guid.NewGuid().ToString("N"),
            ["x-acs-version"] = Version,
            ["content-type"] = "application/x-www-form-urlencoded",
        };
        if (caller.SecurityToken is not null) headers["x-acs-security-token"] = caller.SecurityToken;

        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(headers["content-type"]);
        message.Headers.Host = headers["host"];
        foreach (var (name, value) in headers)
            if (name.StartsWith("x-acs-", StringComparison.Ordinal)) message.Headers.Add(name, value);
        message.Headers.Accept.ParseAdd("application/json");
        message.Headers.TryAddWithoutValidation("Authorization",
            Acs3Signer.Authorization(new("POST", "/", [], headers, hash), caller.AccessKeyId, caller.AccessKeySecret));
        return message;
    }
}
