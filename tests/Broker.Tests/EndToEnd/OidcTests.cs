using System.Security.Cryptography;
using System.Text.Json;

namespace Broker.Tests.EndToEnd;

/// <summary>Sign-in by the tokens of a real issuer on loopback: the good one is accepted, each other one is the same 401.</summary>
public sealed class OidcTests(SharedOidc shared) : IClassFixture<SharedOidc>, IAsyncLifetime
{
    readonly OidcFixture _fixture = shared.Fixture;
    KeyServer _issuer = null!;

    TestBroker Broker => _fixture.Broker;

    public async Task InitializeAsync() => _issuer = await _fixture.StartTrustedIssuerAsync("acme");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_token_has_exactly_its_rules_scopes_and_roles()
    {
        foreach (var key in _issuer.Keys)
        {
            var token = key.Token(_fixture.Claims(_issuer.Issuer));
            Assert.Equal(200, await _fixture.StatusAsync(token));
            Assert.Equal(403, await _fixture.StatusAsync(token, role: "downloads"));
            Assert.Equal(403, (await Broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/signed-urls", """{"method":"GET","key":"a"}""", token)).Status);
            Assert.Equal(403, (await Broker.SendAsync(HttpMethod.Put, TestBroker.RolePath("acme", "uploads"), """{"storage":"main","access":[]}""", token)).Status);
            Assert.Equal(403, (await Broker.SendAsync(HttpMethod.Post, "/v1/tenants/acme/api-keys", "{}", token)).Status);
            Assert.Equal(403, (await Broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", "{}", token)).Status);
        }
        Assert.Equal((1, 1), _issuer.Reads);
    }

    [Fact]
    public async Task A_token_that_several_rules_fit_has_what_all_of_them_give()
    {
        object[] rules =
        [
            new { claims = new { groups = "readers" }, scopes = (string[])["credentials:read"], roles = (string[])["uploads"] },
            new { claims = new { groups = "keepers", site = "x" }, scopes = (string[])["tenant:admin"], roles = (string[])["downloads"] },
            new { claims = new { groups = "everywhere" }, scopes = (string[])["credentials:read"] },
        ];
        await _fixture.PutTenantAsync("acme", _issuer.Issuer, rules);
        var reader = _fixture.Token(_issuer, ("groups", "readers"));
        var both = _fixture.Token(_issuer, ("groups", (string[])["keepers", "readers"]), ("site", "x"));
        var everywhere = _fixture.Token(_issuer, ("groups", (string[])["everywhere", "readers"]));
        Assert.Equal((200, 403), await StatusesAsync(reader));
        Assert.Equal((200, 200), await StatusesAsync(both));
        Assert.Equal((200, 200), await StatusesAsync(everywhere));
        foreach (var groups in (object[])["reader", "readersx", "Readers", "readers keepers", "readers,keepers", 1, new { readers = "readers" }, (object[])[(string[])["readers"]], (string[])["keepers"]])
            Assert.Equal(401, await _fixture.StatusAsync(_fixture.Token(_issuer, ("groups", groups))));
    }

    async Task<(int Uploads, int Downloads)> StatusesAsync(string token) => (await _fixture.StatusAsync(token), await _fixture.StatusAsync(token, role: "downloads"));

    static object Header(string algorithm, string id = "r1", string type = "JWT") => new { alg = algorithm, typ = type, kid = id };

    /// <summary>The parts of a token, signed by this.</summary>
    static string Signed(object header, object claims, Func<byte[], byte[]> sign) => new TokenKey("r1", "", "", sign).Token(claims, header);

    Dictionary<string, string> BrokenTokens()
    {
        var (rsa, ec) = (_issuer.Keys[0], _issuer.Keys[1]);
        var good = _fixture.Claims(_issuer.Issuer);
        var now = _fixture.Clock.GetUtcNow().ToUnixTimeSeconds();
        var publicKey = JsonSerializer.SerializeToUtf8Bytes(rsa.Jwk);
        var modulus = System.Buffers.Text.Base64Url.DecodeFromChars(JsonSerializer.SerializeToElement(rsa.Jwk).GetProperty("n").GetString());
        using var psKey = RSA.Create(2048);
        var parts = rsa.Token(good).Split('.');
        string Unsigned(string claims) => $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(claims))}.{parts[2]}";
        string With(string name, object? value) => _fixture.Token(_issuer, (name, value));
        return new()
        {
            ["another issuer"] = With("iss", "https://login.example.com"),
            ["the issuer with a slash"] = With("iss", _issuer.Issuer + "/"),
            ["the issuer over http"] = With("iss", _issuer.Issuer.Replace("https", "http", StringComparison.Ordinal)),
            ["no issuer"] = With("iss", null),
            ["an issuer that is an array"] = With("iss", (string[])[_issuer.Issuer]),
            ["another audience"] = With("aud", "other"),
            ["an audience that begins alike"] = With("aud", OidcFixture.Audience + "/"),
            ["other audiences"] = With("aud", (string[])["other", "others"]),
            ["no audience"] = With("aud", null),
            ["another subject"] = With("sub", "job-10"),
            ["no subject"] = With("sub", null),
            ["a long subject"] = With("sub", new string('a', 256)),
            ["a subject with a control character"] = With("sub", "job-1\n"),
            ["expired"] = With("exp", now - 60),
            ["no end"] = With("exp", null),
            ["an end before time"] = With("exp", -1),
            ["an end in words"] = With("exp", "soon"),
            ["an end that is no number"] = With("exp", true),
            ["a list of ends"] = With("exp", (long[])[now + 600]),
            ["not yet valid"] = With("nbf", now + 61),
            ["too large"] = With("more", new string('a', 13_000)),
            ["signed by a stranger under a known id"] = TokenKey.Rsa("r1").Token(good),
            ["signed by a stranger under an unknown id"] = TokenKey.Rsa("r2").Token(good),
            ["without an id where there are two keys"] = rsa.Token(good, new { alg = "RS256", typ = "JWT" }),
            ["signed by the other key"] = ec.Token(good, Header("ES256")),
            ["changed after it was signed"] = $"{parts[0]}.{rsa.Token(_fixture.Claims(_issuer.Issuer, ("exp", now + 6000))).Split('.')[1]}.{parts[2]}",
            ["without signature"] = $"{parts[0]}.{parts[1]}.",
            ["none"] = Signed(Header("none"), good, _ => []),
            ["None"] = Signed(Header("None"), good, _ => []),
            ["no algorithm"] = rsa.Token(good, new { typ = "JWT", kid = "r1" }),
            ["HS256 with the public key's document"] = Signed(Header("HS256"), good, data => HMACSHA256.HashData(publicKey, data)),
            ["HS256 with the public key's bytes"] = Signed(Header("HS256"), good, data => HMACSHA256.HashData(modulus, data)),
            ["PS256"] = Signed(Header("PS256"), good, data => psKey.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            ["RS512"] = rsa.Token(good, Header("RS512")),
            ["RS256 that says ES256"] = rsa.Token(good, Header("ES256")),
            ["another type"] = rsa.Token(good, Header("RS256", type: "logout+jwt")),
            ["a token within"] = rsa.Token(good, new { alg = "RS256", kid = "r1", cty = "JWT" }),
            ["what must be understood"] = rsa.Token(good, new { alg = "RS256", kid = "r1", crit = (string[])["exp"] }),
            ["encrypted"] = rsa.Token(good, new { alg = "RS256", kid = "r1", enc = "A256GCM" }),
            ["a claim twice"] = Signed(Header("RS256"), JsonSerializer.Deserialize<JsonElement>(JsonSerializer.Serialize(good)[..^1] + ",\"sub\":\"job-1\"}"), rsa.Sign),
            ["no JSON"] = Unsigned("{"),
            ["half a character for an issuer"] = Unsigned("""{"iss":"\ud800","sub":"job-1"}"""),
            ["half a character for an audience"] = Unsigned($$"""{"iss":"{{_issuer.Issuer}}","sub":"job-1","aud":"\ud800{{OidcFixture.Audience}}"}"""),
            ["half a character in a name"] = Unsigned($$"""{"\ud800-and-more-text":1,"iss":"{{_issuer.Issuer}}","sub":"job-1","aud":"{{OidcFixture.Audience}}"}"""),
            ["empty parts"] = "..",
            ["garbage"] = "a.b.c",
            ["two parts"] = $"{parts[0]}.{parts[1]}",
            ["five parts"] = $"{rsa.Token(good)}.a.b",
        };
    }

    [Fact]
    public async Task Each_broken_token_is_the_same_401_whether_the_tenant_exists_or_not()
    {
        var good = _fixture.Token(_issuer);
        Assert.Equal(200, await _fixture.StatusAsync(good));
        var answers = new HashSet<string>();
        foreach (var (name, token) in BrokenTokens())
            foreach (var tenant in (string[])["acme", "nobody", "Not_A_Name"])
            {
                var answer = await Broker.CredentialsAsync(tenant, "uploads", token);
                Assert.True(answer is { Status: 401, Code: ErrorCode.Unauthenticated }, $"{name} for {tenant}: {answer.Status} {answer.Text}");
                answers.Add(answer.Text.Replace(answer.Json.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal));
            }
        var none = await Broker.CredentialsAsync("acme", "uploads", null);
        answers.Add(none.Text.Replace(none.Json.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal));
        Assert.Single(answers);
        Assert.DoesNotContain(Broker.Log.Lines, line => line.Contains(good.Split('.')[1], StringComparison.Ordinal) || line.Contains(OidcFixture.Subject, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_may_be_a_minute_off_and_an_array_may_name_the_audience()
    {
        var now = _fixture.Clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (var change in ((string, object?)[])[("exp", now - 59), ("nbf", now + 60), ("nbf", now), ("aud", (string[])["other", OidcFixture.Audience])])
            Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(_issuer, change)));
        Assert.Equal(200, await _fixture.StatusAsync(_issuer.Keys[0].Token(_fixture.Claims(_issuer.Issuer), Header("RS256", type: "at+jwt"))));
    }

    [Fact]
    public async Task A_token_may_be_long_and_its_end_far()
    {
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(_issuer, ("more", new string('a', 11_500)))));
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(_issuer, ("exp", long.MaxValue))));
    }

    [Fact]
    public async Task A_token_counts_in_the_tenants_that_trust_it_and_nowhere_else()
    {
        await _fixture.PutTenantAsync("same", _issuer.Issuer);
        await _fixture.PutTenantAsync("other", _issuer.Issuer, audience: "other");
        await Broker.PutTenantAsync("none");
        var token = _fixture.Token(_issuer);
        Assert.Equal(200, await _fixture.StatusAsync(token));
        Assert.Equal(200, await _fixture.StatusAsync(token, "same"));
        Assert.Equal(401, await _fixture.StatusAsync(token, "other"));
        Assert.Equal(401, await _fixture.StatusAsync(token, "none"));
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(_issuer, ("aud", "other")), "other"));
        Assert.Equal((1, 1), _issuer.Reads);

        await _fixture.PutTenantAsync("same", "https://login.example.com");
        Assert.Equal(401, await _fixture.StatusAsync(token, "same"));
    }

    [Fact]
    public async Task An_issuer_that_nobody_trusts_is_never_asked()
    {
        var stranger = await _fixture.StartIssuerAsync();
        for (var i = 0; i < 3; i++) Assert.Equal(401, await _fixture.StatusAsync(_fixture.Token(stranger)));
        Assert.Equal(0, stranger.Requests);

        await _fixture.PutTenantAsync("acme", stranger.Issuer);
        Assert.Equal(401, await _fixture.StatusAsync(_fixture.Token(stranger, ("aud", "other"))));
        Assert.Equal(401, await _fixture.StatusAsync(_fixture.Token(stranger, ("sub", "other"))));
        Assert.Equal(0, stranger.Requests);
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(stranger)));
    }

    [Fact]
    public async Task An_operator_signs_in_by_the_platforms_trust()
    {
        var anybody = _fixture.Token(_fixture.Operators);
        var admin = _fixture.Token(_fixture.Operators, ("groups", (string[])["staff", "operators"]));
        var tenant = new { storage = new[] { TestBroker.Storage("fresh", "tenants/fresh/") } };
        Assert.Equal(401, (await Broker.SendAsync(HttpMethod.Put, "/v1/tenants/fresh", tenant, anybody)).Status);
        Assert.Equal(201, (await Broker.SendAsync(HttpMethod.Put, "/v1/tenants/fresh", tenant, admin)).Status);
        Assert.Equal(200, await _fixture.StatusAsync(admin));
    }

    [Fact]
    public async Task The_tenants_trust_comes_before_the_platforms()
    {
        await _fixture.PutTenantAsync("acme", _fixture.Operators.Issuer);
        var admin = _fixture.Token(_fixture.Operators, ("groups", "operators"));
        Assert.Equal(403, (await Broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", "{}", admin)).Status);
        Assert.Equal(201, (await Broker.SendAsync(HttpMethod.Put, "/v1/tenants/another", "{}", admin)).Status);
    }

    [Theory]
    [InlineData("/get_sts_token_for_oss_upload")]
    [InlineData("/get_post_signature_for_oss_upload")]
    [InlineData("/get_presigned_url_for_oss_upload")]
    public async Task The_guides_addresses_take_no_token(string path)
    {
        var answer = await Broker.GetAsync(path, _fixture.Token(_fixture.Operators, ("groups", "operators")));
        Assert.Equal((401, ErrorCode.Unauthenticated), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task What_a_tokens_bearer_makes_ends_by_the_tokens_end_or_its_own()
    {
        object[] rules = [new { claims = new { sub = OidcFixture.Subject }, scopes = (string[])["tenant:admin"] }];
        await _fixture.PutTenantAsync("acme", _issuer.Issuer, rules);
        var token = _fixture.Token(_issuer);
        foreach (var (wanted, status) in ((object, int)[])[(new { }, 403), (new { expiresIn = 601 }, 403), (new { expiresIn = 600 }, 201)])
            Assert.Equal(status, (await Broker.SendAsync(HttpMethod.Post, "/v1/tenants/acme/api-keys", wanted, token)).Status);

        var url = (await Broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/credential-urls", "{}", token)).DemandSuccess().Json.GetProperty("url").GetString()!;
        Assert.Equal(200, (await Broker.GetAsync(new Uri(url).PathAndQuery, null)).Status);
        // It lives no longer than the trust in who made it.
        (await Broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", new { storage = new[] { TestBroker.Storage("acme", "tenants/acme/") } })).DemandSuccess();
        Assert.Equal(404, (await Broker.GetAsync(new Uri(url).PathAndQuery, null)).Status);
    }
}
