namespace Broker.Tests.EndToEnd;

/// <summary>No tenant reaches what is another's, by any field, and learns nothing of it.</summary>
public sealed class IsolationTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    static readonly string[] Access = ["read", "write", "list"];
    readonly TestBroker _broker = shared.Broker;
    string _acmeAdmin = "";

    public async Task InitializeAsync()
    {
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
        await _broker.PutTenantAsync("other");
        await _broker.PutRoleAsync("other", "uploads");
        _acmeAdmin = await _broker.NewKeyAsync("acme", new { scopes = new[] { "tenant:admin", "credentials:read" } });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PUT", "")]
    [InlineData("PUT", "/roles/uploads")]
    [InlineData("GET", "/roles/uploads")]
    [InlineData("GET", "/roles/uploads/credentials")]
    [InlineData("POST", "/roles/uploads/credential-urls")]
    [InlineData("POST", "/api-keys")]
    public async Task Another_tenant_is_the_same_403_whether_it_exists_or_not(string method, string path)
    {
        var answers = new List<string>();
        foreach (var tenant in (string[])["other", "nobody", "Not_A_Name"])
        {
            var answer = await _broker.SendAsync(method, $"/v1/tenants/{tenant}{path}", method == "GET" ? null : "{}", _acmeAdmin);
            Assert.Equal((403, ErrorCode.Forbidden), (answer.Status, answer.Code));
            answers.Add(answer.Text.Replace(answer.Json.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal));
        }
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task A_tenants_administrator_cannot_set_its_own_tenant_or_what_only_an_administrator_sets()
    {
        Assert.Equal(403, (await _broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", "{}", _acmeAdmin)).Status);
        var path = TestBroker.RolePath("acme", "uploads");
        object[] refused =
        [
            new { storage = "main", access = Access, keepWarm = true },
            new { storage = "main", access = Access, extraStatements = new[] { new { Effect = "Deny", Action = "oss:GetObject", Resource = "*" } } },
        ];
        foreach (var definition in refused) Assert.Equal(403, (await _broker.SendAsync(HttpMethod.Put, path, definition, _acmeAdmin)).Status);
        Assert.Equal(1, (await _broker.GetAsync(path)).Json.GetProperty("version").GetInt64());
    }

    [Theory]
    [InlineData("subPrefix", "../other/")]
    [InlineData("subPrefix", "/tenants/other/")]
    [InlineData("subPrefix", "a/../../other/")]
    [InlineData("subPrefix", "*/")]
    [InlineData("subPrefix", "a")]
    [InlineData("storage", "other")]
    public async Task No_field_of_a_role_leads_out_of_its_tenant(string field, string value)
    {
        var definition = new Dictionary<string, object> { ["storage"] = "main", ["access"] = Access, [field] = value };
        var refusal = await _broker.SendAsync(HttpMethod.Put, TestBroker.RolePath("acme", "uploads"), definition, _acmeAdmin);
        Assert.Equal((400, ErrorCode.InvalidRequest), (refusal.Status, refusal.Code));
        Assert.Equal([field], refusal.Fields);
    }

    [Fact]
    public async Task What_an_administrator_alone_may_name_is_no_field_of_a_role()
    {
        foreach (var field in (string[])["roleArn", "bucket", "keyPrefix", "region", "endpoint", "externalId"])
        {
            var definition = new Dictionary<string, object> { ["storage"] = "main", ["access"] = Access, [field] = "tenants/other/" };
            var refusal = await _broker.SendAsync(HttpMethod.Put, TestBroker.RolePath("acme", "uploads"), definition, _acmeAdmin);
            Assert.Equal([field], refusal.Fields);
        }
    }

    [Theory]
    [InlineData("tenants/other/", 409)]
    [InlineData("tenants/", 409)]
    [InlineData("", 409)]
    [InlineData("tenants/other/below/", 409)]
    [InlineData("tenants/other-too/", 201)]
    public async Task A_prefix_that_overlaps_another_tenants_is_refused(string keyPrefix, int status)
    {
        var third = shared.NewTenant();
        var answer = await _broker.SendAsync(HttpMethod.Put, $"/v1/tenants/{third}", new { storage = new[] { TestBroker.Storage(third, keyPrefix) } });
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 201 ? 200 : 404, (await _broker.GetAsync($"/v1/tenants/{third}")).Status);
    }

    [Fact]
    public async Task A_prefix_that_its_tenant_gave_up_may_be_another_tenants()
    {
        var (first, second) = (shared.NewTenant(), shared.NewTenant());
        await _broker.PutTenantAsync(first, "given-up/");
        Task<Answer> TakeAsync() => _broker.SendAsync(HttpMethod.Put, $"/v1/tenants/{second}", new { storage = new[] { TestBroker.Storage(second, "given-up/") } });
        Assert.Equal(409, (await TakeAsync()).Status);
        await _broker.PutTenantAsync(first, "elsewhere/");
        Assert.Equal(201, (await TakeAsync()).Status);
    }

    [Fact]
    public async Task Two_tenants_that_claim_one_prefix_at_once_do_not_both_get_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            _broker.SendAsync(HttpMethod.Put, $"/v1/tenants/racer-{i}", new { storage = new[] { TestBroker.Storage("x", "contested/") } })));
        Assert.Single(answers, a => a.Status == 201);
        Assert.Equal(7, answers.Count(a => a.Status == 409));
    }

    [Fact]
    public async Task Nobody_makes_a_key_beyond_their_own()
    {
        var bound = await _broker.NewKeyAsync("acme", new { scopes = new[] { "tenant:admin" }, roles = new[] { "uploads" }, expiresIn = 3600 });
        (object Wanted, string Field)[] refused =
        [
            (new { scopes = new[] { "admin" }, roles = new[] { "uploads" }, expiresIn = 60 }, "scopes"),
            (new { scopes = new[] { "credentials:read" }, expiresIn = 60 }, "roles"),
            (new { scopes = new[] { "credentials:read" }, roles = new[] { "downloads" }, expiresIn = 60 }, "roles"),
            (new { scopes = new[] { "credentials:read" }, roles = new[] { "uploads" } }, "expiresIn"),
            (new { scopes = new[] { "credentials:read" }, roles = new[] { "uploads" }, expiresIn = 7200 }, "expiresIn"),
        ];
        foreach (var (wanted, field) in refused)
        {
            var refusal = await _broker.SendAsync(HttpMethod.Post, "/v1/tenants/acme/api-keys", wanted, bound);
            Assert.Equal(403, refusal.Status);
            Assert.Equal([field], refusal.Fields);
        }
        var granted = await _broker.SendAsync(HttpMethod.Post, "/v1/tenants/acme/api-keys", new { scopes = new[] { "credentials:read" }, roles = new[] { "uploads" }, expiresIn = 60 }, bound);
        Assert.Equal(201, granted.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bk_")]
    [InlineData("bk_abc_def")]
    [InlineData("bk_aaaaaaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("the-administrator-of-the-test")]
    public async Task Whatever_is_wrong_with_a_credential_the_answer_is_the_same_401(string? key)
    {
        var refusal = await _broker.GetAsync("/v1/tenants/acme", key);
        Assert.Equal((401, ErrorCode.Unauthenticated), (refusal.Status, refusal.Code));
        Assert.Equal("Bearer", refusal.Headers.WwwAuthenticate.ToString());
        Assert.Equal("No credential was sent, or it does not verify. Send Authorization: Bearer with an API key, or with a token of a trusted issuer.", refusal.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_key_ends_when_it_says()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
        await using var broker = await TestBroker.StartAsync(clock: clock);
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        var key = await broker.NewKeyAsync("acme", new { scopes = new[] { "credentials:read" }, expiresIn = 60 });
        Assert.Equal(200, (await broker.CredentialsAsync("acme", "uploads", key)).Status);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(401, (await broker.CredentialsAsync("acme", "uploads", key)).Status);
    }
}
