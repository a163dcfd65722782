using System.Text;
using Broker.Tests.EndToEnd.Fuzzing;

namespace Broker.Tests.EndToEnd;

/// <summary>Every refusal is a problem document that names the field and the rule, and changes nothing.</summary>
public sealed class WrongInputTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    const string Tenant = "/v1/tenants/acme", Role = "/v1/tenants/acme/roles/uploads", Keys = "/v1/tenants/acme/api-keys", Urls = Role + "/credential-urls";
    readonly TestBroker _broker = shared.Broker;

    public async Task InitializeAsync()
    {
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    static readonly (string Method, string Path, string Body, string Field)[] Refused =
    [
        ("PUT", Tenant, "", "body"),
        ("PUT", Tenant, "null", "body"),
        ("PUT", Tenant, "[]", "body"),
        ("PUT", Tenant, "{", "body"),
        ("PUT", Tenant, "{} {}", "body"),
        ("PUT", Tenant, "{/* x */}", "body"),
        ("PUT", Tenant, """{"displayName":"a",}""", "body"),
        ("PUT", Tenant, """{"displayName":1}""", "displayName"),
        ("PUT", Tenant, """{"displayName":null}""", "displayName"),
        ("PUT", Tenant, """{"displayName":"\ud800"}""", "displayName"),
        ("PUT", Tenant, """{"\ud800":1}""", "body"),
        ("PUT", Tenant, """{"DisplayName":"a"}""", "DisplayName"),
        ("PUT", Tenant, """{"displayName":"a","displayName":"b"}""", "displayName"),
        ("PUT", Tenant, """{"unknown":1}""", "unknown"),
        ("PUT", Tenant, """{"storage":{}}""", "storage"),
        ("PUT", Tenant, """{"storage":[{"name":"main"}]}""", "storage[0].roleArn"),
        ("PUT", Tenant, """{"storage":[{"name":"main","roleArn":"x","bucket":"bkt","region":"cn-hangzhou","foo":1}]}""", "storage[0].foo"),
        ("PUT", Tenant, """{"storage":[{"name":"main","roleArn":"x","bucket":"bkt","region":"cn-hangzhou"}]}""", "storage[0].roleArn"),
        ("PUT", Tenant, """{"storage":[{"name":"main","roleArn":"acs:ram::1:role/x","bucket":"bkt","region":"cn-hangzhou","endpoint":"https://[::1]"}]}""", "storage[0].endpoint"),
        ("PUT", Tenant, """{"storage":[null]}""", "storage[0]"),
        ("PUT", Tenant, """{"limits":{"roles":1.5}}""", "limits.roles"),
        ("PUT", Tenant, """{"limits":{"roles":99999999999}}""", "limits.roles"),
        ("PUT", Tenant, """{"limits":{"roles":"5"}}""", "limits.roles"),
        ("PUT", Tenant, """{"trust":[{"issuer":"https://x","audience":"y","rules":[{"claims":{"sub":"a","sub":"b"},"scopes":[]}]}]}""", "trust[0].rules[0].claims.sub"),
        ("PUT", Role, "{}", "storage"),
        ("PUT", Role, """{"storage":"main","access":"read"}""", "access"),
        ("PUT", Role, """{"storage":"main","access":["read",7]}""", "access[1]"),
        ("PUT", Role, """{"storage":"main","access":["fly"]}""", "access"),
        ("PUT", Role, """{"storage":"main","access":[],"durationSeconds":899}""", "durationSeconds"),
        ("PUT", Role, """{"storage":"main","access":[],"durationSeconds":true}""", "durationSeconds"),
        ("PUT", Role, """{"storage":"main","access":[],"disabled":"yes"}""", "disabled"),
        ("PUT", Role, """{"storage":"main","access":[],"extraStatements":["x"]}""", "extraStatements"),
        ("PUT", Role, """{"storage":"main","access":[],"extraStatements":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}""", "extraStatements[0].Effect"),
        ("PUT", Role, """{"storage":"main","access":[],"extraStatements":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""", "extraStatements[0]"),
        ("POST", Keys, """{"scopes":["fly"]}""", "scopes"),
        ("POST", Keys, """{"roles":["Uploads"]}""", "roles"),
        ("POST", Keys, """{"roles":["a"],"defaultRole":"b"}""", "defaultRole"),
        ("POST", Keys, """{"expiresIn":59}""", "expiresIn"),
        ("POST", Role + "/signed-urls", """{"\ud800-and-more-text":1}""", "body"),
        ("POST", Urls, """{"expiresIn":31536001}""", "expiresIn"),
        ("POST", Urls, """{"allowedNetworks":["10.0.0.1/8"]}""", "allowedNetworks[0]"),
        ("GET", Role + "/credentials?minRemaining=-1", "", "minRemaining"),
        ("GET", Role + "/credentials?minRemaining=1.5", "", "minRemaining"),
        ("GET", Role + "/credentials?minRemaining=1&minRemaining=2", "", "minRemaining"),
        ("GET", Role + "/credentials?format=xml", "", "format"),
        ("GET", Role + "/credentials?surprise=1", "", "surprise"),
        ("GET", "/v1/tenants/Acme", "", "tenant"),
        ("GET", "/v1/tenants/acme/roles/-x", "", "role"),
        ("GET", "/v1/tenants/acme/roles/" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", "role"),
    ];

    [Fact]
    public async Task Wrong_input_is_refused_by_field_and_rule()
    {
        foreach (var (method, path, body, field) in Refused)
        {
            var answer = await _broker.SendAsync(method, path, method == "GET" ? null : body);
            Assert.True(answer is { Status: 400, Code: ErrorCode.InvalidRequest } && answer.Fields.Contains(field), $"{method} {path} {body}: {answer.Status} {answer.Text}");
        }
        Assert.Equal(1, (await _broker.GetAsync(Tenant)).Json.GetProperty("version").GetInt64());
        Assert.Equal(1, (await _broker.GetAsync(Role)).Json.GetProperty("version").GetInt64());
    }

    /// <summary>Bodies with a great many mistakes, or long ones.</summary>
    public static TheoryData<string, string, string> Multiplied => new()
    {
        { "PUT", Role, "{'storage':'main','access':[],'conditions':{'sourceNetworks':[" + Many(5000, i => $"'{i}'") + "]}}" },
        { "PUT", Role, "{'storage':'main','access':[],'extraStatements':[{'" + Long(60_000) + "':{" + Many(60, _ => "'a':1") + "}}]}" },
        { "PUT", Role, "{" + Many(5000, _ => "'a':1") + "}" },
        { "PUT", Role, "{'" + Long(200_000) + "':1}" },
        { "PUT", Role, "{" + Many(60, i => $"'{Long(3000)}{i}':1") + "}" },
        { "POST", Role + "/post-policies", "{'key':'k','metadata':{" + Many(5000, i => $"'A{i}':''") + "}}" },
        { "POST", Role + "/signed-urls", "{'method':'GET','key':'k','headers':{'" + Long(60_000) + "':''}}" },
    };

    static string Many(int count, Func<int, string> part) => string.Join(',', Enumerable.Range(0, count).Select(part));

    static string Long(int length) => new('n', length);

    [Theory]
    [MemberData(nameof(Multiplied))]
    public async Task A_refusal_stays_short_and_says_nothing_twice(string method, string path, string body)
    {
        var answer = await _broker.SendAsync(method, path, body.Replace('\'', '"'));
        Assert.Equal(ErrorCode.InvalidRequest, answer.Code);
        Assert.InRange(answer.Fields.Count(), 1, 50);
        Assert.All(answer.Fields, field => Assert.InRange(field.Length, 1, 256));
        Assert.All(answer.Json.GetProperty("errors").EnumerateObject(), field => Assert.Distinct(field.Value.EnumerateArray().Select(rule => rule.GetString())));
        Assert.InRange(answer.Text.Length, 1, 64 * 1024);
    }

    [Fact]
    public async Task A_header_that_is_not_understood_is_refused_too()
    {
        foreach (var (name, value) in ((string, string)[])[("If-Match", "1"), ("If-Match", "\"1\", \"2\""), ("If-None-Match", "\"1\"")])
        {
            var answer = await _broker.SendAsync(HttpMethod.Put, Role, """{"storage":"main","access":[]}""", TestBroker.AdminKey, (name, value));
            Assert.Equal(400, answer.Status);
            Assert.Equal([name], answer.Fields);
        }
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_with_and_without_its_length()
    {
        var large = Encoding.UTF8.GetBytes($$"""{"displayName":"{{new string('a', 300_000)}}"}""");
        using var known = new ByteArrayContent(large);
        using var chunked = new StreamContent(new Unseekable(large));
        foreach (var content in (HttpContent[])[known, chunked])
        {
            content.Headers.ContentType = new("application/json");
            var answer = await _broker.SendAsync(HttpMethod.Put, Tenant, content);
            Assert.Equal((413, ErrorCode.TooLarge), (answer.Status, answer.Code));
        }
    }

    [Theory]
    [InlineData("FFFFFFFFFF\r\n{}")]
    [InlineData("zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("1\r\n{}\r\n0\r\n\r\n")]
    public async Task A_body_whose_chunks_are_broken_is_refused(string chunks)
    {
        var request = $"PUT {Tenant} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TestBroker.AdminKey}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}";
        var answer = await RawHttp.SendAsync(_broker.Http.BaseAddress!, Encoding.ASCII.GetBytes(request), ends: false);
        Assert.Equal(400, answer!.Status);
        Assert.Contains(ErrorCode.InvalidRequest, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task A_body_of_another_type_is_refused(string? type)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        if (type is not null) content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        var answer = await _broker.SendAsync(HttpMethod.Put, Tenant, content);
        Assert.Equal((415, ErrorCode.UnsupportedMediaType), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, ErrorCode.NotFound)]
    [InlineData("GET", "/v1/tenants/nobody", 404, ErrorCode.NotFound)]
    [InlineData("GET", "/v1/tenants/acme/roles/nobody", 404, ErrorCode.NotFound)]
    [InlineData("GET", "/v1/tenants/nobody/roles/nobody/credentials", 404, ErrorCode.NotFound)]
    [InlineData("DELETE", "/healthz", 405, "method_not_allowed")]
    public async Task What_is_not_there_is_a_problem_document(string method, string path, int status, string code)
    {
        var answer = await _broker.SendAsync(method, path);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Matches("^[0-9a-f]{32}$", answer.Json.GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task A_policy_that_would_be_too_long_for_STS_is_refused_when_it_is_set()
    {
        var networks = Enumerable.Range(0, 20).Select(i => $"2001:db8:{i:x}:ffff:ffff:ffff:ffff:0/112").ToArray();
        var definition = new { storage = "main", access = new[] { "read", "write", "list" }, subPrefix = new string('p', 900) + "/", conditions = new { sourceNetworks = networks } };
        var answer = await _broker.SendAsync(HttpMethod.Put, Role, definition);
        Assert.Equal((400, ErrorCode.PolicyTooLong), (answer.Status, answer.Code));
        Assert.Equal(1, (await _broker.GetAsync(Role)).Json.GetProperty("version").GetInt64());
    }

    sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
