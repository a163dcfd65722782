namespace Broker.Tests.EndToEnd;

/// <summary>What is not signed: all that the contract does not name.</summary>
public sealed class SignedUrlRefusalTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    static readonly string[] Methods = ["GET", "HEAD", "PUT", "POST", "DELETE"];
    readonly TestBroker _broker = shared.Broker;

    public async Task InitializeAsync()
    {
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = new[] { "read", "write", "list", "delete" }, durationSeconds = 7200, signedUrls = new { maxExpiresIn = 7100 } });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    Task<Answer> SignAsync(object request) => _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/signed-urls", request);

    public static TheoryData<string, object, int, string> Refused => new()
    {
        { "an unknown method", new { method = "PATCH", key = "k" }, 400, "method" },
        { "no key", new { method = "GET" }, 400, "key" },
        { "the bucket's root", new { method = "GET", key = "" }, 400, "key" },
        { "a key out of the prefix", new { method = "GET", key = "../other/k" }, 400, "key" },
        { "a key from the root", new { method = "GET", key = "/k" }, 400, "key" },
        { "a key with a backslash first", new { method = "GET", key = "\\k" }, 400, "key" },
        { "a key with an empty segment", new { method = "GET", key = "a//k" }, 400, "key" },
        { "a key of a dot", new { method = "GET", key = "a/./k" }, 400, "key" },
        { "a key with a line break", new { method = "GET", key = "a\nk" }, 400, "key" },
        { "a life of nothing", new { method = "GET", key = "k", expiresIn = 0 }, 400, "expiresIn" },
        { "too long a life", new { method = "GET", key = "k", expiresIn = 7101 }, 422, "expiresIn" },
        { "an ACL to read", new { method = "GET", key = "k", query = new Dictionary<string, string> { ["acl"] = "" } }, 422, "query.acl" },
        { "a symbolic link", new { method = "PUT", key = "k", query = new Dictionary<string, string> { ["symlink"] = "" } }, 422, "query.symlink" },
        { "a copy", new { method = "PUT", key = "k", headers = new Dictionary<string, string> { ["x-oss-copy-source"] = "/b/k" } }, 422, "headers.x-oss-copy-source" },
        { "an ACL to write", new { method = "PUT", key = "k", headers = new Dictionary<string, string> { ["x-oss-object-acl"] = "public-read" } }, 422, "headers.x-oss-object-acl" },
        { "a callback", new { method = "PUT", key = "k", query = new Dictionary<string, string> { ["callback"] = "x" } }, 422, "query.callback" },
        { "an image that is saved", new { method = "GET", key = "k", query = new Dictionary<string, string> { ["x-oss-process"] = "image/resize,w_1|sys/saveas,o_eA" } }, 422, "query.x-oss-process" },
        { "a signature of its own", new { method = "GET", key = "k", query = new Dictionary<string, string> { ["x-oss-expires"] = "1" } }, 422, "query.x-oss-expires" },
        { "a POST of nothing", new { method = "POST", key = "k" }, 422, "query" },
        { "an upload by GET", new { method = "GET", key = "k", query = new Dictionary<string, string> { ["uploads"] = "" } }, 422, "query.uploads" },
        { "a part without its upload", new { method = "PUT", key = "k", query = new Dictionary<string, string> { ["partNumber"] = "1" } }, 422, "query.uploadId" },
        { "a line break in a header", new { method = "PUT", key = "k", headers = new Dictionary<string, string> { ["x-oss-meta-a"] = "a\r\nb" } }, 400, "headers.x-oss-meta-a" },
        { "a header in capitals", new { method = "PUT", key = "k", headers = new Dictionary<string, string> { ["X-Oss-Object-Acl"] = "x" } }, 400, "headers.X-Oss-Object-Acl" },
        { "a broken digest", new { method = "PUT", key = "k", contentMd5 = "x" }, 400, "contentMd5" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_the_contract_does_not_name_is_not_signed(string what, object request, int status, string field)
    {
        var refusal = await SignAsync(request);
        Assert.True(refusal.Status == status && refusal.Fields.Contains(field), $"{what}: {refusal.Status} {refusal.Text}");
        var batch = await SignAsync(new { requests = new[] { new { method = "GET", key = "fine" }, request } });
        Assert.True(batch.Status == status && batch.Fields.Contains($"requests[1].{field}"), $"{what}: {batch.Text}");
    }

    static readonly string[] OtherParameters =
    [
        "acl", "append", "position", "tagging", "symlink", "restore", "policy", "cname", "cors", "delete", "lifecycle", "versions", "versioning", "replication", "logging", "website",
        "referer", "encryption", "inventory", "worm", "wormId", "requestPayment", "objectMeta", "objectInfo", "asyncFetch", "callback", "callback-var", "sequential", "list-type", "prefix",
        "continuation-token", "x-oss-async-process", "x-oss-traffic-limit", "x-oss-request-payer", "x-oss-ac-source-ip", "x-oss-copy-source", "x-oss-object-acl", "x-oss-forbid-overwrite",
        "x-oss-signature", "x-oss-signature-version", "x-oss-credential", "x-oss-date", "x-oss-expires", "x-oss-additional-headers", "x-oss-security-token", "security-token",
        "OSSAccessKeyId", "Signature", "Expires", "uploads ", "UPLOADS", "response-x",
    ];

    [Fact]
    public async Task No_other_parameter_is_signed()
    {
        foreach (var (name, method) in from name in OtherParameters from method in Methods select (name, method))
        {
            var refusal = await SignAsync(new { method, key = "k", query = new Dictionary<string, string> { [name] = "1" } });
            Assert.True(refusal.Status == 422 && refusal.Fields.Contains($"query.{name}"), $"{method} {name}: {refusal.Status} {refusal.Text}");
        }
    }

    static readonly string[] OtherHeaders =
    [
        "x-oss-acl", "x-oss-object-acl", "x-oss-tagging", "x-oss-tagging-directive", "x-oss-metadata-directive", "x-oss-copy-source", "x-oss-copy-source-range", "x-oss-copy-source-if-match",
        "x-oss-symlink-target", "x-oss-callback", "x-oss-callback-var", "x-oss-traffic-limit", "x-oss-request-payer", "x-oss-persistent-headers", "x-oss-process", "x-oss-security-token",
        "x-oss-date", "x-oss-content-sha256", "x-oss-content-type", "x-oss-hash-ctx", "x-oss-metadata", "x-oss-worm", "x-oss-meta", "authorization", "host", "date", "range", "content-type",
        "content-md5", "content-encoding", "cache-control", "expires",
    ];

    [Fact]
    public async Task No_other_header_is_signed()
    {
        foreach (var (name, method) in from name in OtherHeaders from method in Methods select (name, method))
        {
            var refusal = await SignAsync(new { method, key = "k", headers = new Dictionary<string, string> { [name] = "1" } });
            Assert.True(refusal.Status == 422 && refusal.Fields.Contains($"headers.{name}"), $"{method} {name}: {refusal.Status} {refusal.Text}");
        }
    }
}
