using System.Globalization;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;

namespace Broker.Emulator.Oss;

/// <summary>Verifies header signatures of both versions and finds the session that signed.</summary>
static class OssAuthentication
{
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    public static Session Verify(World world, SignedRequest request, OssAddress address)
    {
        var header = request.Header("authorization") ?? throw new OssError(403, "AccessDenied", "You have no right to access this object because of bucket acl.", "0003-00000001");
        if (header.StartsWith("OSS4-", StringComparison.Ordinal)) return VerifyV4(world, request, address, header);
        if (header.StartsWith("OSS ", StringComparison.Ordinal)) return VerifyV1(world, request, address, header);
        throw new OssError(400, "InvalidArgument", "The Authorization header is neither OSS nor OSS4-HMAC-SHA256.", "0002-00000061");
    }

    static Session VerifyV4(World world, SignedRequest request, OssAddress address, string header)
    {
        var authorization = OssV4Authorization.Parse(header) ?? throw new OssError(400, "InvalidArgument", "The Authorization header is malformed.", "0002-00000204");
        if (request.Header("x-oss-content-sha256") != OssV4Signature.UnsignedPayload)
            throw new OssError(400, "InvalidArgument", "x-oss-content-sha256 must be UNSIGNED-PAYLOAD.", "0002-00000203");
        var dateTime = request.Header("x-oss-date") ?? "";
        if (!DateTimeOffset.TryParseExact(dateTime, "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            throw new OssError(400, "InvalidArgument", "x-oss-date must be ISO 8601.", "0002-00000205");
        if (authorization.Day != dateTime[..8]) throw new OssError(403, "SignatureDoesNotMatch", "The credential's day is not that of x-oss-date.", "0002-00000206");
        DemandTime(world, time);
        if (authorization.Product != "oss") throw new OssError(403, "SignatureDoesNotMatch", "The credential's product must be oss.", "0002-00000207");
        if (world.Buckets.TryGetValue(address.Bucket, out var bucket) && bucket.Region != authorization.Region)
            throw new OssError(403, "SignatureDoesNotMatch", $"The credential's region must be {bucket.Region}.", "0002-00000208");
        var session = Find(world, authorization.AccessKeyId, request.Header("x-oss-security-token"));
        var text = OssV4Signature.StringToSign(OssV4Signature.CanonicalRequest(request, address.Bucket, address.Key, authorization.AdditionalHeaders), dateTime, authorization);
        DemandEqual(OssV4Signature.Compute(text, session.AccessKeySecret, authorization), authorization.Signature);
        return session;
    }

    static Session VerifyV1(World world, SignedRequest request, OssAddress address, string header)
    {
        if (header[4..].Split(':') is not [{ Length: > 0 } id, var signature]) throw new OssError(400, "InvalidArgument", "The Authorization header is malformed.", "0002-00000061");
        // x-oss-date stands in for Date where a client cannot set it; the Date line is then that of the Date header, or empty.
        var sent = request.Header("x-oss-date") ?? request.Header("date") ?? "";
        if (!DateTimeOffset.TryParseExact(sent, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            throw new OssError(403, "AccessDenied", "OSS authentication requires a valid Date.", "0002-00000901");
        DemandTime(world, time);
        var session = Find(world, id, request.Header("x-oss-security-token"));
        string[] dates = [request.Header("date") ?? "", sent, ""];
        if (!dates.Any(date => OssV1Signature.Compute(OssV1Signature.StringToSign(request, date, address.Bucket, address.Key), session.AccessKeySecret) == signature))
            DemandEqual("", signature);
        return session;
    }

    static Session Find(World world, string accessKeyId, string? token)
    {
        // A user's own key has no rights here: only sessions do.
        if (world.UserSecret(accessKeyId) is not null) throw new OssError(403, "AccessDenied", "The user has no access to OSS.", "0003-00000001");
        var session = world.Sessions.Find(accessKeyId) ?? throw new OssError(403, "InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist in our records.", "0002-00000902");
        if (token != session.SecurityToken) throw new OssError(403, "InvalidSecurityToken", "The security token you provided is invalid.", "0002-00000081");
        if (world.Now >= session.Expiration) throw new OssError(403, "SecurityTokenExpired", "The security token you provided has expired.", "0002-00000007");
        return session;
    }

    static void DemandTime(World world, DateTimeOffset time)
    {
        if ((time - world.Now).Duration() > Skew)
            throw new OssError(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", "0002-00000504");
    }

    static void DemandEqual(string expected, string given)
    {
        if (expected != given)
            throw new OssError(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.", "0002-00000040");
    }
}
