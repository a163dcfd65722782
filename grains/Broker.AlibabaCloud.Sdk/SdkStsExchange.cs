using System.Net;
using System.Net.Sockets;
using System.Text;
using AlibabaCloud.OpenApiClient.Models;
using AlibabaCloud.TeaUtil.Models;
using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;
using Tea;
using Call = AlibabaCloud.SDK.Sts20150401.Models.AssumeRoleRequest;
using Client = AlibabaCloud.SDK.Sts20150401.Client;

namespace Broker.AlibabaCloud.Sdk;

/// <summary>
/// STS by AlibabaCloud.SDK.Sts20150401 1.2.0. Its typed AssumeRole writes the session policy into the URL and the expiration in the
/// process's culture, so the call goes through the client's general one: the parameters in a form, the answer as it is. The SDK knows no
/// cancellation: a call that is left goes on until its own limit. It hides <c>x-acs-retry-after</c>: throttling goes by STS's code alone.
/// </summary>
sealed class SdkStsExchange(Uri address, TimeProvider clock) : IStsExchange
{
    static readonly Params AssumeRole = new()
    {
        Action = "AssumeRole", Version = "2015-04-01", Protocol = "HTTPS", Pathname = "/", Method = "POST", AuthType = "AK", Style = "RPC",
        ReqBodyType = "formData", BodyType = "string",
    };

    // The SDK's limit of a call is the sum of both.
    static readonly RuntimeOptions Limits = new() { ConnectTimeout = 2000, ReadTimeout = 2000, Autoretry = false };

    public Task<AssumedRole> AssumeRoleAsync(AssumeRoleRequest request, SourceIdentity caller, CancellationToken cancellationToken) =>
        StsAttempts.RunAsync(either => CallAsync(request, caller, either), clock, cancellationToken);

    async Task<AssumedRole> CallAsync(AssumeRoleRequest request, SourceIdentity caller, CancellationToken cancellationToken)
    {
        try
        {
            // It reads answers without awaiting them: not on the caller's own scheduler.
            var answer = await Task.Run(() => ClientOf(caller).CallApiAsync(AssumeRole, new OpenApiRequest { Body = Form(request) }, Limits), cancellationToken).WaitAsync(cancellationToken);
            return StsAnswer.Granted(Encoding.UTF8.GetBytes((string)answer["body"]), clock.GetUtcNow());
        }
        catch (TeaException e) { throw StsAnswer.Refusal(e.StatusCode, e.Code, e.DataResult?.GetValueOrDefault("RequestId") as string, null); }
        catch (WebException) { throw StsAttempts.TimedOut(); }
        // Of a connection that ends amid an answer.
        catch (IOException e) { throw new HttpRequestException(HttpRequestError.ResponseEnded, inner: e); }
        // Of an answer that is no JSON, the JSON library's exceptions and others; they may repeat it.
        catch (Exception e) when (e is not (StsException or HttpRequestException or SocketException or OperationCanceledException or OutOfMemoryException))
        {
            throw new StsException(StsFailure.Unavailable, "NotJson", "STS answered something that is not its document.");
        }
    }

    Client ClientOf(SourceIdentity caller) => new(new Config
    {
        AccessKeyId = caller.AccessKeyId, AccessKeySecret = caller.AccessKeySecret, SecurityToken = caller.SecurityToken,
        Endpoint = address.Authority, Protocol = address.Scheme,
    });

    static Dictionary<string, object> Form(AssumeRoleRequest request) => new Call
    {
        RoleArn = request.RoleArn, RoleSessionName = request.RoleSessionName, DurationSeconds = request.DurationSeconds, Policy = request.Policy, ExternalId = request.ExternalId,
    }.ToMap();
}
