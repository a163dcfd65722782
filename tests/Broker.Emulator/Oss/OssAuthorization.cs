using System.Globalization;
using Broker.Emulator.Ram;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;

namespace Broker.Emulator.Oss;

/// <summary>Whether the session's role and its own policy permit what it asks.</summary>
static class OssAuthorization
{
    public static void Demand(World world, Session session, string operation, OssAddress address, SignedRequest request, HttpContext context)
    {
        var region = world.Buckets.TryGetValue(address.Bucket, out var bucket) ? $"oss-{bucket.Region}" : "*";
        var resource = $"acs:oss:{region}:{EmulatorOptions.Account}:{address.Bucket}{(address.Key.Length == 0 ? "" : "/" + address.Key)}";
        var facts = Facts(world, request, context);
        var own = session.Policy is { } policy ? RamPolicy.Parse(policy) : null;
        if (!Actions(operation, request).All(action => PolicyEvaluation.Allows(new($"oss:{action}", resource, facts), world.PolicyOf(session.RoleArn), own)))
            throw new OssError(403, "AccessDenied", "You have no right to access this object.", "0003-00000001");
    }

    /// <summary>The actions that RAM knows the operation by. Each must be permitted. Source: OSS, the permissions of each operation.</summary>
    static IEnumerable<string> Actions(string operation, SignedRequest request)
    {
        var action = operation switch
        {
            "HeadObject" => "GetObject",
            "ListObjectsV2" => "ListObjects",
            "PostObject" or "InitiateMultipartUpload" or "UploadPart" or "CompleteMultipartUpload" => "PutObject",
            _ => operation,
        };
        yield return action;
        if (action is "GetObject" or "DeleteObject" && request.Parameter("versionId") is not null) yield return $"{action}Version";
        if (action == "PutObject" && request.Header("x-oss-tagging") is not null) yield return "PutObjectTagging";
    }

    static Dictionary<string, string> Facts(World world, SignedRequest request, HttpContext context)
    {
        var facts = new Dictionary<string, string>
        {
            ["acs:SourceIp"] = context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : "",
            ["acs:SecureTransport"] = context.Request.IsHttps ? "true" : "false",
            ["acs:CurrentTime"] = world.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
        foreach (var name in (string[])["x-oss-object-acl", "x-oss-acl"])
            if (request.Header(name) is { } value) facts[$"oss:{name}"] = value;
        if (request.Parameter("prefix") is { } prefix) facts["oss:Prefix"] = prefix;
        if (request.Parameter("delimiter") is { } delimiter) facts["oss:Delimiter"] = delimiter;
        return facts;
    }
}
