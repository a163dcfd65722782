using Broker.Api.Calls;
using Microsoft.AspNetCore.Routing;

namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>A valid request for each operation, with everything that it can say.</summary>
static class ValidRequests
{
    public static FuzzRequest Of(RouteEndpoint route, FuzzPlace place, string? credential, Uri address, Random random, bool foreign = false)
    {
        var name = route.Metadata.GetMetadata<RouteRule>()?.Name ?? "";
        var body = Body(name, place, random);
        var request = new FuzzRequest
        {
            Operation = name,
            Method = route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single(),
            Path = [.. route.RoutePattern.RawText!.TrimStart('/').Split('/').Select(place.Fill)],
            Query = [.. Query(name).Where(_ => random.Next(3) > 0).Select(p => (p.Name, (string?)p.Value))],
            Headers = [("Host", address.Authority)],
            Body = body is null ? null : JsonTree.Of(body),
            Foreign = foreign,
        };
        if (credential is not null) request.Set("Authorization", $"Bearer {credential}");
        if (body is not null) request.Set("Content-Type", "application/json");
        return request;
    }

    static object? Body(string operation, FuzzPlace place, Random random) => operation switch
    {
        "PutTenant" => random.Next(2) == 0 ? place.TenantDefinition : place.PublicDefinition,
        "PutRole" or "PreviewRole" => FuzzPlace.Definition,
        "RollbackRole" => new { version = 1 },
        "ExplainRole" => new { action = "oss:PutObject", key = "a/b", sourceAddress = "203.0.113.7", secureTransport = true },
        "CreateApiKey" => new { scopes = (string[])["credentials:read"], roles = (string[])["uploads"], defaultRole = "uploads", expiresIn = 3600, requestsPerSecond = 100 },
        "CreateCredentialUrl" => new { expiresIn = 3600, allowedNetworks = (string[])["127.0.0.0/8"] },
        "CreatePostPolicy" => new
        {
            key = "a/b.png", minBytes = 0, maxBytes = 1000, contentTypes = (string[])["image/png"], expiresIn = 60, successStatus = 201, successRedirect = "https://app.example.com/done",
            metadata = new { who = "tests" }, forbidOverwrite = true, callback = (string?)null,
        },
        "CreateSignedUrls" => random.Next(3) switch
        {
            0 => SignUrl,
            1 => new { requests = (object[])[SignUrl, new { method = "GET", key = "中文 a+b" }] },
            _ => new { multipart = new { key = "a/b", uploadId = "0004B9894A22E5B1888A1E29F823", parts = 3, firstPart = 1 } },
        },
        _ => null,
    };

    static object SignUrl => new
    {
        method = "PUT", key = "a/b.png", expiresIn = 60, contentType = "image/png", contentMd5 = "AAAAAAAAAAAAAAAAAAAAAA==", lifetime = "clamp",
        headers = new Dictionary<string, string> { ["x-oss-meta-who"] = "tests" }, query = new { },
    };

    static (string Name, string Value)[] Query(string operation) => operation switch
    {
        "ListTenants" or "ListRoles" or "ListApiKeys" or "ListCredentialUrls" => [("pageSize", "10"), ("pageToken", "a")],
        "ListRoleVersions" => [("pageSize", "10"), ("pageToken", "9")],
        "ListAudit" or "ListPlatformAudit" =>
            [("role", "uploads"), ("caller", "bootstrap"), ("action", "PutRole"), ("outcome", "success"), ("from", "2026-01-01T00:00:00Z"), ("to", "2036-01-01T00:00:00Z"), ("pageSize", "10")],
        "GetCredentials" => [("minRemaining", "60"), ("format", "cli"), ("prefix", "a/"), ("access", "read,list")],
        "GuideGetPresignedUrl" => [("key", "a/b.png"), ("contentType", "image/png")],
        _ => [],
    };
}
