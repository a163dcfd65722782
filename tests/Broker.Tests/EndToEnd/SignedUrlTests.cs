using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>Signed URLs, as the emulator's own reading of OSS's rules takes them.</summary>
public sealed class SignedUrlTests(SharedBrokerOnClock shared) : IClassFixture<SharedBrokerOnClock>, IAsyncLifetime
{
    static readonly string[] Everything = ["read", "write", "list", "delete"];
    readonly TestBroker _broker = shared.Broker;
    readonly FakeTimeProvider _clock = shared.Clock;
    readonly HttpClient _client = new();
    readonly string _tenant = shared.NewTenant();

    public async Task InitializeAsync()
    {
        await _broker.PutLocalTenantAsync(_tenant);
        await _broker.PutRoleAsync(_tenant, "uploads", new { storage = "main", access = Everything, durationSeconds = 7200, signedUrls = new { maxExpiresIn = 7100 } });
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        _broker.Emulator.Heal();
        return Task.CompletedTask;
    }

    Task<Answer> SignAsync(object request, string role = "uploads") => _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(_tenant, role)}/signed-urls", request);

    async Task<JsonElement> OneAsync(object request) => (await SignAsync(request)).DemandSuccess().Json.GetProperty("urls")[0];

    async Task<HttpStatusCode> UseAsync(JsonElement signed, string? content = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(signed.GetProperty("method").GetString()!), signed.GetProperty("url").GetString());
        if (content is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        foreach (var header in signed.GetProperty("headers").EnumerateObject())
            if (!request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString())) request.Content?.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
        change?.Invoke(request);
        using var response = await _client.SendAsync(request);
        return response.StatusCode;
    }

    [Theory]
    [InlineData("plain.txt")]
    [InlineData("a b+c %?#&=\"'()!*~[].txt")]
    [InlineData("中文/ü/😀.txt")]
    [InlineData("..a/b..")]
    public async Task An_object_is_put_read_and_deleted_by_URLs_for_any_key(string key)
    {
        Assert.Equal(HttpStatusCode.OK, await UseAsync(await OneAsync(new { method = "PUT", key, contentType = "text/plain", headers = new Dictionary<string, string> { ["x-oss-meta-a"] = "1" } }), "content"));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(await OneAsync(new { method = "HEAD", key })));
        using var got = await _client.GetAsync((await OneAsync(new { method = "GET", key, query = new Dictionary<string, string> { ["response-content-type"] = "image/png" } })).GetProperty("url").GetString());
        Assert.Equal(("content", "image/png"), (await got.Content.ReadAsStringAsync(), got.Content.Headers.ContentType!.MediaType));
        Assert.Equal(HttpStatusCode.NoContent, await UseAsync(await OneAsync(new { method = "DELETE", key })));
        Assert.Equal(HttpStatusCode.NotFound, await UseAsync(await OneAsync(new { method = "GET", key })));
    }

    [Fact]
    public async Task The_longest_key_works()
    {
        var key = new string('k', 1023 - $"tenants/{_tenant}/".Length);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(await OneAsync(new { method = "PUT", key }), "x"));
        Assert.Equal(["key"], (await SignAsync(new { method = "PUT", key = key + "k" })).Fields);
    }

    [Fact]
    public async Task A_URL_with_any_part_changed_is_refused()
    {
        var signed = await OneAsync(new { method = "PUT", key = "a/b.txt", contentType = "text/plain", headers = new Dictionary<string, string> { ["x-oss-meta-a"] = "1" } });
        var url = signed.GetProperty("url").GetString()!;
        Assert.Equal(HttpStatusCode.Forbidden, await UseAsync(signed, "x", r => r.Content!.Headers.ContentType = new("text/html")));
        Assert.Equal(HttpStatusCode.Forbidden, await UseAsync(signed, "x", r => r.Headers.Remove("x-oss-meta-a")));
        Assert.Equal(HttpStatusCode.Forbidden, await UseAsync(signed, "x", r => r.Headers.Add("x-oss-object-acl", "public-read")));
        Assert.Equal(HttpStatusCode.Forbidden, await UseAsync(signed, "x", r => r.Headers.Host = "test-bucket.oss-cn-hangzhou.aliyuncs.com"));
        Assert.Equal(HttpStatusCode.Forbidden, await UseAsync(signed, "x", r => r.RequestUri = new(url.Replace("a/b.txt", "a/c.txt", StringComparison.Ordinal))));
        foreach (var part in url[(url.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&'))
        {
            Assert.NotEqual(HttpStatusCode.OK, await UseAsync(signed, "x", r => r.RequestUri = new(url.Replace(part, part + "1", StringComparison.Ordinal))));
            Assert.NotEqual(HttpStatusCode.OK, await UseAsync(signed, "x", r => r.RequestUri = new(url.Replace(part, "", StringComparison.Ordinal))));
        }
        Assert.NotEqual(HttpStatusCode.OK, await UseAsync(signed, "x", r => r.RequestUri = new(url + "&acl")));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(signed, "x"));
    }

    [Fact]
    public async Task A_URL_works_one_second_before_its_stated_end_and_not_one_second_after()
    {
        await UseAsync(await OneAsync(new { method = "PUT", key = "k" }), "x");
        var signed = await OneAsync(new { method = "GET", key = "k", expiresIn = 600 });
        var end = signed.GetProperty("expiration").GetDateTimeOffset();
        _clock.SetUtcNow(end.AddSeconds(-1));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(signed));
        _clock.SetUtcNow(end.AddSeconds(1));
        Assert.Equal(HttpStatusCode.Forbidden, await UseAsync(signed));
    }

    [Fact]
    public async Task A_life_beyond_the_sessions_is_clamped_and_said_or_required_and_renewed_for()
    {
        var end = (await _broker.CredentialsAsync(_tenant, "uploads")).Json.GetProperty("Expiration").GetDateTimeOffset();
        _broker.Emulator.Fail(new("AssumeRole", 500, "InternalError", 0));
        _clock.SetUtcNow(end.AddMinutes(-40));
        var clamped = await OneAsync(new { method = "GET", key = "k", expiresIn = 3600 });
        Assert.True(clamped.GetProperty("clamped").GetBoolean());
        Assert.Equal(end, clamped.GetProperty("expiration").GetDateTimeOffset());
        Assert.Contains("x-oss-expires=2400", clamped.GetProperty("url").GetString(), StringComparison.Ordinal);
        var refusal = await SignAsync(new { method = "GET", key = "k", expiresIn = 3600, lifetime = "require" });
        Assert.Equal((422, ErrorCode.LifetimeUnattainable), (refusal.Status, refusal.Code));

        _broker.Emulator.Heal();
        _clock.Advance(TimeSpan.FromMinutes(6));
        var whole = await OneAsync(new { method = "GET", key = "k", expiresIn = 3600, lifetime = "require" });
        Assert.False(whole.GetProperty("clamped").GetBoolean());
        Assert.Contains("x-oss-expires=3600", whole.GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_gives_only_what_its_access_types_and_overwriting_permit()
    {
        await _broker.PutRoleAsync(_tenant, "images", new { storage = "main", access = new[] { "write" }, subPrefix = "images/", uploads = new { contentTypes = new[] { "image/*" }, forbidOverwrite = true } });
        foreach (var method in (string[])["GET", "HEAD", "DELETE"]) Assert.Equal(["method"], (await SignAsync(new { method, key = "k" }, "images")).Fields);
        Assert.Equal(["contentType"], (await SignAsync(new { method = "PUT", key = "k" }, "images")).Fields);
        Assert.Equal(["contentType"], (await SignAsync(new { method = "PUT", key = "k", contentType = "text/html" }, "images")).Fields);
        Assert.Equal(["headers.x-oss-forbid-overwrite"], (await SignAsync(new { method = "PUT", key = "k", contentType = "image/png", headers = new Dictionary<string, string> { ["x-oss-forbid-overwrite"] = "false" } }, "images")).Fields);

        var signed = (await SignAsync(new { method = "PUT", key = "k", contentType = "image/png" }, "images")).DemandSuccess().Json.GetProperty("urls")[0];
        Assert.Equal("true", signed.GetProperty("headers").GetProperty("x-oss-forbid-overwrite").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, await UseAsync(signed, "x", r => r.Headers.Remove("x-oss-forbid-overwrite")));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(signed, "x"));
        Assert.Equal(HttpStatusCode.Conflict, await UseAsync(signed, "y"));
    }

    [Fact]
    public async Task A_thousand_URLs_come_in_order_and_one_more_is_refused()
    {
        var requests = Enumerable.Range(0, 1000).Select(i => new { method = "GET", key = $"k{i}" }).ToArray();
        var urls = (await SignAsync(new { requests })).DemandSuccess().Json.GetProperty("urls").EnumerateArray().Select(u => u.GetProperty("url").GetString()!).ToArray();
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Contains($"/tenants/{_tenant}/k{i}?", urls[i], StringComparison.Ordinal));
        Assert.Equal(400, (await SignAsync(new { requests = requests.Append(new { method = "GET", key = "k" }) })).Status);
        Assert.Equal(400, (await SignAsync(new { requests = Array.Empty<object>() })).Status);
    }

    [Fact]
    public async Task A_large_object_is_uploaded_in_parts_by_URLs()
    {
        async Task<string> SendAsync(JsonElement signed, string content)
        {
            using var request = new HttpRequestMessage(new HttpMethod(signed.GetProperty("method").GetString()!), signed.GetProperty("url").GetString()) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content)) };
            using var response = await _client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return response.Headers.ETag?.Tag ?? await response.Content.ReadAsStringAsync();
        }
        var begun = await SendAsync(await OneAsync(new { method = "POST", key = "large", query = new Dictionary<string, string> { ["uploads"] = "" } }), "");
        var uploadId = begun.Split("<UploadId>")[1].Split('<')[0];
        var parts = (await SignAsync(new { multipart = new { key = "large", uploadId, parts = 3 } })).DemandSuccess().Json.GetProperty("urls").EnumerateArray().ToArray();
        var etags = new List<string>();
        // All but the last have the least size that OSS takes.
        string[] contents = [new('a', 102_400), new('b', 102_400), "the end"];
        foreach (var (i, part) in parts.Index()) etags.Add(await SendAsync(part, contents[i]));
        var body = string.Concat(etags.Select((tag, i) => $"<Part><PartNumber>{i + 1}</PartNumber><ETag>{WebUtility.HtmlEncode(tag)}</ETag></Part>"));
        await SendAsync(await OneAsync(new { method = "POST", key = "large", query = new Dictionary<string, string> { ["uploadId"] = uploadId } }), $"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>");
        Assert.Equal(string.Concat(contents), await _client.GetStringAsync((await OneAsync(new { method = "GET", key = "large" })).GetProperty("url").GetString()));
    }
}
