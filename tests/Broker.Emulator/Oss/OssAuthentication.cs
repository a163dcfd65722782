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
        if (request.Parameter("x-oss-signature") is not null) return VerifyV4Url(world, request, address);
        if (request.Parameter("Signature") is not null) return VerifyV1Url(world, request, address);
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
        var (dateTime, time) = DateOf(request.Header("x-oss-date") ?? "");
        DemandTime(world, time);
        return VerifyScope(world, request, address, authorization, dateTime, request.Header("x-oss-security-token"));
    }

    static Session VerifyV4Url(World world, SignedRequest request, OssAddress address)
    {
        if (request.Query.GroupBy(p => p.Key).Any(g => g.Count() > 1)) throw new OssError(400, "InvalidArgument", "A parameter is given twice.", "0002-00000221");
        var credential = $"OSS4-HMAC-SHA256 Credential={request.Parameter("x-oss-credential")},Signature={request.Parameter("x-oss-signature")}";
        var names = request.Parameter("x-oss-additional-headers");
        if (names is not null) credential += $",AdditionalHeaders={names}";
        var scope = OssV4Authorization.Parse(credential);
        if (scope is null || request.Parameter("x-oss-signature-version") != "OSS4-HMAC-SHA256")
            throw new OssError(400, "InvalidArgument", "The signature's parameters are malformed.", "0002-00000201");
        if (scope.AdditionalHeaders.FirstOrDefault(h => request.Header(h) is null) is { } missing)
            throw new OssError(403, "SignatureDoesNotMatch", $"The signed header {missing} was not sent.", "0002-00000040");
        var (dateTime, time) = DateOf(request.Parameter("x-oss-date") ?? "");
        if (!int.TryParse(request.Parameter("x-oss-expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 1 or > 604_800)
            throw new OssError(400, "InvalidArgument", "x-oss-expires must be 1 to 604800 seconds.", "0002-00000215");
        if (time - world.Now > Skew) throw new OssError(403, "RequestTimeTooSkewed", "x-oss-date lies in the future.", "0002-00000504");
        if (world.Now >= time.AddSeconds(seconds)) throw new OssError(403, "AccessDenied", "Request has expired.", "0002-00000069");
        return VerifyScope(world, request, address, scope, dateTime, request.Parameter("x-oss-security-token"));
    }

    static Session VerifyV1Url(World world, SignedRequest request, OssAddress address)
    {
        var expires = request.Parameter("Expires") ?? "";
        if (!long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) throw new OssError(400, "InvalidArgument", "Expires must be a UNIX time.", "0002-00000061");
        if (world.Now >= DateTimeOffset.FromUnixTimeSeconds(seconds)) throw new OssError(403, "AccessDenied", "Request has expired.", "0002-00000069");
        var session = Find(world, request.Parameter("OSSAccessKeyId") ?? "", request.Parameter("security-token"));
        DemandEqual(OssV1Signature.Compute(OssV1Signature.StringToSign(request, expires, address.Bucket, address.Key), session.AccessKeySecret), request.Parameter("Signature")!);
        return session;
    }

    static (string Text, DateTimeOffset Time) DateOf(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (text, time) : throw new OssError(400, "InvalidArgument", "x-oss-date must be ISO 8601.", "0002-00000205");

    static Session VerifyScope(World world, SignedRequest request, OssAddress address, OssV4Authorization scope, string dateTime, string? token)
    {
        DemandScope(world, address.Bucket, scope, dateTime);
        var session = Find(world, scope.AccessKeyId, token);
        var text = OssV4Signature.StringToSign(OssV4Signature.CanonicalRequest(request, address.Bucket, address.Key, scope.AdditionalHeaders), dateTime, scope);
        DemandEqual(OssV4Signature.Compute(text, session.AccessKeySecret, scope), scope.Signature);
        return session;
    }

    /// <summary>The day, product and region that a signature names must be those of its date and bucket.</summary>
    public static void DemandScope(World world, string bucketName, OssV4Authorization scope, string dateTime)
    {
        if (scope.Day != dateTime[..8]) throw new OssError(403, "SignatureDoesNotMatch", "The credential's day is not that of x-oss-date.", "0002-00000206");
        if (scope.Product != "oss") throw new OssError(403, "SignatureDoesNotMatch", "The credential's product must be oss.", "0002-00000207");
        if (world.Buckets.TryGetValue(bucketName, out var bucket) && bucket.Region != scope.Region)
            throw new OssError(403, "SignatureDoesNotMatch", $"The credential's region must be {bucket.Region}.", "0002-00000208");
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

    /// <summary>The session of a key, which its own token must come with.</summary>
    public static Session Find(World world, string accessKeyId, string? token)
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

    /// <summary>The signatures must be equal.</summary>
    public static void DemandEqual(string expected, string given)
    {
        if (expected != given)
            throw new OssError(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.", "0002-00000040");
    }
}
