using System.Globalization;
using System.Text;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;

namespace Broker.Emulator.Oss;

/// <summary>A browser's upload by a form: its signature, then its policy, then what every write must pass.</summary>
static class PostObject
{
    static readonly TimeSpan LongestPolicy = TimeSpan.FromDays(7);
    static readonly string[] NamedInV4 = ["x-oss-signature-version", "x-oss-credential", "x-oss-date", "x-oss-security-token"];

    public static async Task<byte[]> RunAsync(World world, string bucket, Incoming incoming)
    {
        if (!world.Buckets.ContainsKey(bucket)) throw new OssError(404, "NoSuchBucket", "The specified bucket does not exist.", "0015-00000101");
        var form = await PostedForm.ReadAsync(incoming);
        var (session, conditions) = Judge(world, bucket, form);
        var address = new OssAddress(bucket, form.Key);
        var put = incoming with { Request = incoming.Request with { Headers = HeadersOf(form) } };
        OssAuthorization.Demand(world, session, "PostObject", address, put.Request, incoming.Context);
        var file = await form.ReadFileAsync(conditions.LeastBytes, conditions.MostBytes, incoming.Context.RequestAborted);
        ObjectOperations.Put(world, address, put with { Body = file }, incoming.Context.Response);
        return Answer(form, address, incoming.Context.Response);
    }

    /// <summary>All that can be judged before the file is read: the signature, the end, and every condition on a field.</summary>
    public static (Session Session, PostConditions Conditions) Judge(World world, string bucket, PostedForm form)
    {
        var policy = form.Field("policy") ?? throw new OssError(403, "AccessDenied", "The bucket does not take anonymous forms.", "0003-00000001");
        var conditions = PostConditions.Parse(policy);
        var ofV4 = form.Field("x-oss-signature-version") is not null;
        var session = ofV4 ? VerifyV4(world, bucket, form, policy) : VerifyV1(world, form, policy);
        if (world.Now >= conditions.Expiration) throw new OssError(403, "AccessDenied", "Invalid according to Policy: Policy expired.", "0006-00000302");
        conditions.Demand(form, bucket);
        if (ofV4 && NamedInV4.FirstOrDefault(f => !conditions.Names(f)) is { } missing)
            throw new OssError(400, "InvalidPolicyDocument", $"The policy has no condition for {missing}.", "0006-00000217");
        return (session, conditions);
    }

    static Session VerifyV4(World world, string bucket, PostedForm form, string policy)
    {
        var dateTime = form.Field("x-oss-date") ?? "";
        var scope = OssV4Authorization.Parse($"OSS4-HMAC-SHA256 Credential={form.Field("x-oss-credential")},Signature={form.Field("x-oss-signature")}");
        if (form.Field("x-oss-signature-version") != "OSS4-HMAC-SHA256" || scope is null
            || !DateTimeOffset.TryParseExact(dateTime, "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            throw new OssError(400, "InvalidArgument", "The form's signature fields are malformed.", "0006-00000218");
        OssAuthentication.DemandScope(world, bucket, scope, dateTime);
        if (time - world.Now > TimeSpan.FromMinutes(15) || world.Now - time > LongestPolicy) throw new OssError(403, "AccessDenied", "x-oss-date is out of range.", "0006-00000219");
        var session = OssAuthentication.Find(world, scope.AccessKeyId, form.Field("x-oss-security-token"));
        OssAuthentication.DemandEqual(OssV4Signature.Compute(policy, session.AccessKeySecret, scope), scope.Signature);
        return session;
    }

    static Session VerifyV1(World world, PostedForm form, string policy)
    {
        var session = OssAuthentication.Find(world, form.Field("OSSAccessKeyId") ?? "", form.Field("x-oss-security-token"));
        OssAuthentication.DemandEqual(OssV1Signature.Compute(policy, session.AccessKeySecret), form.Field("Signature") ?? "");
        return session;
    }

    static List<KeyValuePair<string, string>> HeadersOf(PostedForm form) =>
    [
        .. form.Fields.Where(f => f.Key.StartsWith("x-oss-", StringComparison.OrdinalIgnoreCase)).Select(f => KeyValuePair.Create(f.Key.ToLowerInvariant(), f.Value)),
        new("content-type", form.Field("x-oss-content-type") ?? form.Field("content-type") ?? form.FileType),
    ];

    static byte[] Answer(PostedForm form, OssAddress address, HttpResponse response)
    {
        if (form.Field("success_action_redirect") is { } redirect)
        {
            response.StatusCode = 303;
            response.Headers.Location = $"{redirect}{(redirect.Contains('?') ? '&' : '?')}bucket={address.Bucket}&key={Uri.EscapeDataString(address.Key)}&etag={Uri.EscapeDataString(response.Headers.ETag!)}";
            return [];
        }
        response.StatusCode = form.Field("success_action_status") switch { "200" => 200, "201" => 201, _ => 204 };
        return response.StatusCode == 201 ? Encoding.UTF8.GetBytes($"<PostResponse><Bucket>{address.Bucket}</Bucket><ETag>{response.Headers.ETag}</ETag></PostResponse>") : [];
    }
}
