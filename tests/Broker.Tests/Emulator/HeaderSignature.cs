using System.Globalization;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;

namespace Broker.Tests.Emulator;

/// <summary>Signs requests in their headers as OSS's SDKs do, by the emulator's own reading of V4.</summary>
static class HeaderSignature
{
    public const string Region = "cn-hangzhou";

    /// <summary>The request with the headers that sign it.</summary>
    public static SignedRequest Sign(this SignedRequest request, string bucket, string key, Session session, DateTimeOffset now)
    {
        var dateTime = now.UtcDateTime.ToString("yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture);
        var dated = request with
        {
            Headers = [.. request.Headers, new("x-oss-date", dateTime), new("x-oss-content-sha256", OssV4Signature.UnsignedPayload), new("x-oss-security-token", session.SecurityToken)],
        };
        var scope = new OssV4Authorization(session.AccessKeyId, dateTime[..8], Region, "oss", [], "");
        var signature = OssV4Signature.Compute(OssV4Signature.StringToSign(OssV4Signature.CanonicalRequest(dated, bucket, key, []), dateTime, scope), session.AccessKeySecret, scope);
        return dated with { Headers = [.. dated.Headers, new("authorization", $"OSS4-HMAC-SHA256 Credential={session.AccessKeyId}/{scope.Day}/{Region}/oss/aliyun_v4_request,Signature={signature}")] };
    }
}
