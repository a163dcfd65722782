using System.Net;
using System.Text;

namespace Broker.Tests.EndToEnd;

/// <summary>Pages that were written after Alibaba Cloud's guide work with the addresses and shapes that they know.</summary>
public sealed class SeedsCompatibleTests : IAsyncLifetime
{
    static readonly string[] Scopes = ["credentials:read", "signed-urls:create", "post-policies:create"];
    readonly HttpClient _client = new();
    TestBroker _broker = null!;
    string _key = "";

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        await _broker.PutLocalTenantAsync("acme");
        await PutRoleAsync(new { maxBytes = 10 });
        _key = await _broker.NewKeyAsync("acme", new { scopes = Scopes, defaultRole = "uploads" });
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _broker.DisposeAsync();
    }

    Task PutRoleAsync(object uploads) => _broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = new[] { "read", "write" }, uploads });

    [Fact]
    public async Task The_guides_form_uploads_below_the_role_and_no_further()
    {
        var form = (await _broker.GetAsync("/get_post_signature_for_oss_upload", _key)).DemandSuccess().Json;
        Assert.Equal(["policy", "signature", "ossAccessKeyId", "host", "dir", "securityToken"], form.EnumerateObject().Select(p => p.Name));
        async Task<HttpStatusCode> PostAsync(string key, string content, string status = "200")
        {
            using var body = new MultipartFormDataContent();
            (string, string)[] fields =
            [
                ("name", "a.txt"), ("policy", form.GetProperty("policy").GetString()!), ("OSSAccessKeyId", form.GetProperty("ossAccessKeyId").GetString()!), ("success_action_status", status),
                ("signature", form.GetProperty("signature").GetString()!), ("x-oss-security-token", form.GetProperty("securityToken").GetString()!), ("key", key),
            ];
            foreach (var (name, value) in fields) body.Add(new StringContent(value), $"\"{name}\"");
            body.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "\"file\"", "a.txt");
            using var response = await _client.PostAsync(form.GetProperty("host").GetString(), body);
            return response.StatusCode;
        }
        Assert.Equal(HttpStatusCode.OK, await PostAsync(form.GetProperty("dir").GetString() + "a.txt", "content"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("tenants/other/a.txt", "content"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(form.GetProperty("dir").GetString() + "a.txt", "content", "201"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(form.GetProperty("dir").GetString() + "a.txt", "over its size"));
    }

    [Fact]
    public async Task A_role_whose_bounds_the_guides_form_cannot_carry_has_none()
    {
        foreach (var (uploads, field) in ((object, string)[])[(new { contentTypes = new[] { "image/*" } }, "uploads.contentTypes"), (new { forbidOverwrite = true }, "uploads.forbidOverwrite")])
        {
            await PutRoleAsync(uploads);
            var refusal = await _broker.GetAsync("/get_post_signature_for_oss_upload", _key);
            Assert.Equal(422, refusal.Status);
            Assert.Equal([field], refusal.Fields);
        }
    }

    [Fact]
    public async Task The_guides_URL_is_bare_text_and_takes_one_PUT()
    {
        foreach (var query in (string[])["", "?key=a%20b.png", "?key=c.txt&contentType=text/plain"])
        {
            var url = (await _broker.GetAsync($"/get_presigned_url_for_oss_upload{query}", _key)).DemandSuccess().Text;
            using var content = new ByteArrayContent("x"u8.ToArray());
            content.Headers.ContentType = new(query.Contains("text", StringComparison.Ordinal) ? "text/plain" : "image/png");
            using var response = await _client.PutAsync(url, content);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        Assert.Equal(400, (await _broker.GetAsync("/get_presigned_url_for_oss_upload?key=../x", _key)).Status);
    }

    [Fact]
    public async Task They_need_a_key_with_a_default_role_and_its_scope()
    {
        var other = await _broker.NewKeyAsync("acme", new { scopes = Scopes });
        foreach (var path in (string[])["/get_sts_token_for_oss_upload", "/get_post_signature_for_oss_upload", "/get_presigned_url_for_oss_upload"])
        {
            Assert.Equal(401, (await _broker.GetAsync(path, key: null)).Status);
            Assert.Equal(403, (await _broker.GetAsync(path, other)).Status);
            Assert.Equal(403, (await _broker.GetAsync(path)).Status);
        }
    }
}
