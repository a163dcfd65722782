using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>Upload forms, as the emulator's own reading of OSS's rules takes them.</summary>
public sealed class PostFormTests(SharedBrokerOnClock shared) : IClassFixture<SharedBrokerOnClock>, IAsyncLifetime
{
    readonly TestBroker _broker = shared.Broker;
    readonly FakeTimeProvider _clock = shared.Clock;
    readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false });
    readonly string _tenant = shared.NewTenant();

    public async Task InitializeAsync()
    {
        await _broker.PutLocalTenantAsync(_tenant, new { callbackHosts = new[] { "hooks.example.com" } });
        await PutRoleAsync(new { maxBytes = 100, contentTypes = new[] { "image/*" }, forbidOverwrite = true });
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    Task PutRoleAsync(object uploads) => _broker.PutRoleAsync(_tenant, "uploads", new { storage = "main", access = new[] { "read", "write" }, subPrefix = "in/", uploads });

    Task<Answer> SignAsync(object request) => _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(_tenant, "uploads")}/post-policies", request);

    async Task<(string Url, List<KeyValuePair<string, string>> Fields)> FormAsync(object request)
    {
        var form = (await SignAsync(request)).DemandSuccess().Json;
        return (form.GetProperty("url").GetString()!, [.. form.GetProperty("fields").EnumerateObject().Select(f => KeyValuePair.Create(f.Name, f.Value.GetString()!))]);
    }

    async Task<HttpResponseMessage> PostAsync(string url, IEnumerable<KeyValuePair<string, string>> fields, string content = "content", string fileName = "photo.png", string type = "image/png")
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value) { Headers = { ContentType = null } }, $"\"{name}\"");
        // As browsers send it: the plain file name alone.
        var disposition = new System.Net.Http.Headers.ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = $"\"{fileName}\"" };
        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(content)) { Headers = { ContentType = new(type), ContentDisposition = disposition } });
        return await _client.PostAsync(new Uri(url + "/"), form);
    }

    static IEnumerable<KeyValuePair<string, string>> Types(string type) => [new("content-type", type), new("x-oss-content-type", type)];

    static IEnumerable<KeyValuePair<string, string>> With(IEnumerable<KeyValuePair<string, string>> fields, string name, string value) =>
        [.. fields.Where(f => f.Key != name), new(name, value)];

    static IEnumerable<KeyValuePair<string, string>> Without(IEnumerable<KeyValuePair<string, string>> fields, string name) => [.. fields.Where(f => f.Key != name)];

    [Fact]
    public async Task A_browser_uploads_below_the_role_and_the_file_keeps_its_name()
    {
        var (url, fields) = await FormAsync(new { keyPrefix = "a/", metadata = new { who = "tests" } });
        using var posted = await PostAsync(url, fields.Concat(Types("image/png")));
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        var signed = (await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(_tenant, "uploads")}/signed-urls", new { method = "GET", key = "a/photo.png" })).DemandSuccess();
        using var read = await _client.GetAsync(signed.Json.GetProperty("urls")[0].GetProperty("url").GetString());
        Assert.Equal(("content", "image/png"), (await read.Content.ReadAsStringAsync(), read.Content.Headers.ContentType!.ToString()));
        Assert.Equal("tests", read.Headers.GetValues("x-oss-meta-who").Single());
    }

    [Fact]
    public async Task A_form_says_where_how_long_and_all_its_fields_but_the_file()
    {
        var form = (await SignAsync(new { key = "one.png", contentTypes = new[] { "image/png" }, expiresIn = 60 })).DemandSuccess().Json;
        Assert.Equal($"tenants/{_tenant}/in/", form.GetProperty("dir").GetString());
        Assert.Equal($"{_clock.GetUtcNow().AddSeconds(60):yyyy-MM-ddTHH:mm:ssZ}", form.GetProperty("expiration").GetString());
        Assert.False(form.GetProperty("clamped").GetBoolean());
        var fields = form.GetProperty("fields");
        Assert.Equal($"tenants/{_tenant}/in/one.png", fields.GetProperty("key").GetString());
        Assert.Equal(("image/png", "image/png"), (fields.GetProperty("content-type").GetString(), fields.GetProperty("x-oss-content-type").GetString()));
        var policy = JsonSerializer.Deserialize<JsonElement>(Convert.FromBase64String(fields.GetProperty("policy").GetString()!));
        var named = policy.GetProperty("conditions").EnumerateArray().Select(c => c[1].ValueKind == JsonValueKind.String ? c[1].GetString()![1..] : c[0].GetString()!).ToHashSet();
        string[] set = [.. fields.EnumerateObject().Select(f => f.Name).Except(["policy", "x-oss-signature"]), "bucket", "content-length-range"];
        Assert.Empty(set.Except(named));
    }

    [Fact]
    public async Task A_form_cannot_do_what_it_was_not_made_for()
    {
        var (url, signed) = await FormAsync(new { keyPrefix = "a/", minBytes = 1, metadata = new { who = "tests" } });
        var fields = signed.Concat(Types("image/png")).ToList();
        (string What, IEnumerable<KeyValuePair<string, string>> Fields, string Content)[] attempts =
        [
            ("outside the prefix", With(fields, "key", "tenants/other/x"), "x"),
            ("beside the prefix", With(fields, "key", $"tenants/{_tenant}/in/b"), "x"),
            ("the root", With(fields, "key", "${filename}"), "x"),
            ("no key", Without(fields, "key"), "x"),
            ("over its size", fields, new string('x', 101)),
            ("under its size", fields, ""),
            ("another type", With(fields, "content-type", "text/html"), "x"),
            ("another overriding type", With(fields, "x-oss-content-type", "text/html"), "x"),
            ("no overriding type", Without(fields, "x-oss-content-type"), "x"),
            ("no type", Without(fields, "content-type"), "x"),
            ("a type of another beginning", With(fields, "x-oss-content-type", "ximage/png"), "x"),
            ("a public ACL", With(fields, "x-oss-object-acl", "public-read"), "x"),
            ("no ACL", Without(fields, "x-oss-object-acl"), "x"),
            ("two ACLs", fields.Append(new("x-oss-object-acl", "public-read")), "x"),
            ("two ACLs in other letters", fields.Append(new("X-Oss-Object-Acl", "public-read")), "x"),
            ("a tag", fields.Append(new("x-oss-tagging", "a=b")), "x"),
            ("other metadata", With(fields, "x-oss-meta-who", "others"), "x"),
            ("overwriting", With(fields, "x-oss-forbid-overwrite", "false"), "x"),
            ("overwriting by default", Without(fields, "x-oss-forbid-overwrite"), "x"),
            ("no status", Without(fields, "success_action_status"), "x"),
            ("another status", With(fields, "success_action_status", "201"), "x"),
            ("another token", With(fields, "x-oss-security-token", "x"), "x"),
            ("no token", Without(fields, "x-oss-security-token"), "x"),
            ("no policy", Without(fields, "policy"), "x"),
            ("no version", Without(fields, "x-oss-signature-version"), "x"),
            ("another policy", With(fields, "policy", Convert.ToBase64String("{\"expiration\":\"2030-01-01T00:00:00.000Z\",\"conditions\":[]}"u8)), "x"),
            ("another date", With(fields, "x-oss-date", "20261124T120001Z"), "x"),
            ("another region", With(fields, "x-oss-credential", fields.Single(f => f.Key == "x-oss-credential").Value.Replace("hangzhou", "beijing", StringComparison.Ordinal)), "x"),
            ("another signature", With(fields, "x-oss-signature", new string('0', 64)), "x"),
        ];
        foreach (var (what, changed, content) in attempts)
        {
            using var refused = await PostAsync(url, changed, content);
            Assert.True((int)refused.StatusCode is 400 or 403, $"{what}: {refused.StatusCode}");
        }
        using var accepted = await PostAsync(url, fields);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        using var again = await PostAsync(url, fields);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task A_form_works_one_second_before_its_stated_end_and_not_one_second_after()
    {
        var (url, fields) = await FormAsync(new { keyPrefix = "", expiresIn = 300 });
        _clock.Advance(TimeSpan.FromSeconds(299));
        using var early = await PostAsync(url, fields.Concat(Types("image/png")), fileName: "a.png");
        Assert.Equal(HttpStatusCode.OK, early.StatusCode);
        _clock.Advance(TimeSpan.FromSeconds(2));
        using var late = await PostAsync(url, fields.Concat(Types("image/png")), fileName: "b.png");
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
    }

    [Fact]
    public async Task A_redirect_and_a_callback_are_bound_too()
    {
        await PutRoleAsync(new { callback = "https://hooks.example.com/done" });
        var (url, fields) = await FormAsync(new { key = "k$1\\2", successRedirect = "https://app.example.com/done?x=1" });
        Assert.Contains(fields, f => f.Key == "callback" && Encoding.UTF8.GetString(Convert.FromBase64String(f.Value)).Contains("https://hooks.example.com/done", StringComparison.Ordinal));
        using var elsewhere = await PostAsync(url, With(fields, "success_action_redirect", "https://evil.example.com/"));
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        using var elsewhereToo = await PostAsync(url, With(fields, "callback", "e30="));
        Assert.Equal(HttpStatusCode.Forbidden, elsewhereToo.StatusCode);
        using var done = await PostAsync(url, fields);
        Assert.Equal((HttpStatusCode.SeeOther, "app.example.com"), (done.StatusCode, done.Headers.Location!.Host));
    }

    public static TheoryData<string, object, int, string> Refused => new()
    {
        { "neither key nor prefix", new { }, 400, "key" },
        { "both", new { key = "k", keyPrefix = "a/" }, 400, "key" },
        { "a variable in the key", new { key = "${filename}" }, 400, "key" },
        { "a key out of the prefix", new { key = "../k" }, 400, "key" },
        { "a prefix with a wildcard", new { keyPrefix = "a*/" }, 400, "keyPrefix" },
        { "less than nothing", new { key = "k", minBytes = -1 }, 400, "minBytes" },
        { "bounds that cross", new { key = "k", minBytes = 50, maxBytes = 40 }, 400, "maxBytes" },
        { "more than the role's size", new { key = "k", maxBytes = 101 }, 422, "maxBytes" },
        { "another type than the role's", new { key = "k", contentTypes = new[] { "text/plain" } }, 422, "contentTypes" },
        { "two wildcards", new { key = "k", contentTypes = new[] { "image/*", "text/*" } }, 400, "contentTypes" },
        { "overwriting", new { key = "k", forbidOverwrite = false }, 422, "forbidOverwrite" },
        { "a longer life", new { key = "k", expiresIn = 901 }, 422, "expiresIn" },
        { "another callback", new { key = "k", callback = "https://evil.example.com/" }, 422, "callback" },
        { "an odd status", new { key = "k", successStatus = 302 }, 400, "successStatus" },
        { "a plain redirect", new { key = "k", successRedirect = "http://app.example.com/" }, 400, "successRedirect" },
        { "a line break in metadata", new { key = "k", metadata = new { a = "b\nc" } }, 400, "metadata.a" },
        { "an unknown field", new { key = "k", acl = "public-read" }, 400, "acl" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_request_may_only_tighten_the_role(string what, object request, int status, string field)
    {
        var refusal = await SignAsync(request);
        Assert.True(refusal.Status == status && refusal.Fields.Contains(field), $"{what}: {refusal.Status} {refusal.Text}");
    }

    [Fact]
    public async Task Its_own_scope_is_needed()
    {
        var forms = await _broker.NewKeyAsync(_tenant, new { scopes = new[] { "post-policies:create" } });
        var urls = await _broker.NewKeyAsync(_tenant, new { scopes = new[] { "signed-urls:create" } });
        var path = TestBroker.RolePath(_tenant, "uploads");
        Assert.Equal(200, (await _broker.SendAsync(HttpMethod.Post, $"{path}/post-policies", new { key = "k" }, forms)).Status);
        Assert.Equal(403, (await _broker.SendAsync(HttpMethod.Post, $"{path}/post-policies", new { key = "k" }, urls)).Status);
        Assert.Equal(200, (await _broker.SendAsync(HttpMethod.Post, $"{path}/signed-urls", new { method = "GET", key = "k" }, urls)).Status);
        Assert.Equal(403, (await _broker.SendAsync(HttpMethod.Post, $"{path}/signed-urls", new { method = "GET", key = "k" }, forms)).Status);
    }
}
