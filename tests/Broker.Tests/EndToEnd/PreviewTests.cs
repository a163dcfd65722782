namespace Broker.Tests.EndToEnd;

/// <summary>What settings would mean, before and after they are put; nothing is changed and STS is not called.</summary>
public sealed class PreviewTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    readonly TestBroker _broker = shared.Broker;

    public async Task InitializeAsync()
    {
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = new[] { "read" }, subPrefix = "in/" });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    Task<Answer> PostAsync(string path, object body, string role = "uploads") => _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", role)}/{path}", body);

    [Fact]
    public async Task A_preview_shows_the_policy_its_length_and_what_would_change_and_changes_nothing()
    {
        var preview = (await PostAsync("preview", new { storage = "main", access = new[] { "read", "write" }, subPrefix = "in/", durationSeconds = 900 })).DemandSuccess().Json;
        Assert.Equal("1", preview.GetProperty("policy").GetProperty("Version").GetString());
        Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(preview.GetProperty("policy").GetRawText()), preview.GetProperty("bytes").GetInt32());
        Assert.True(preview.GetProperty("warnings").GetArrayLength() >= 2);
        var changes = preview.GetProperty("changes").EnumerateArray().ToDictionary(c => c.GetProperty("field").GetString()!, c => (c.GetProperty("from").GetRawText(), c.GetProperty("to").GetRawText()));
        Assert.Equal(("""["read"]""", """["read","write"]"""), changes["access"]);
        Assert.Equal(("3600", "900"), changes["durationSeconds"]);
        Assert.Equal(1, (await _broker.GetAsync(TestBroker.RolePath("acme", "uploads"))).Json.GetProperty("version").GetInt64());
        Assert.Equal(0, _broker.Emulator.AssumeRoleCalls);
    }

    [Fact]
    public async Task A_role_that_is_not_there_yet_is_previewed_as_new_and_not_made()
    {
        var preview = (await PostAsync("preview", new { storage = "main", access = new[] { "list" } }, "new")).DemandSuccess().Json;
        Assert.Contains(preview.GetProperty("changes").EnumerateArray(), c => c.GetProperty("field").GetString() == "storage" && c.GetProperty("from").ValueKind == System.Text.Json.JsonValueKind.Null);
        Assert.Equal(404, (await _broker.GetAsync(TestBroker.RolePath("acme", "new"))).Status);
        Assert.Equal(["storage"], (await PostAsync("preview", new { storage = "nowhere", access = new[] { "list" } }, "new")).Fields);
        Assert.Equal(404, (await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("nobody", "new")}/preview", new { storage = "main", access = new[] { "list" } })).Status);
    }

    [Fact]
    public async Task A_policy_too_long_is_found_by_preview_and_PUT_before_STS_finds_it()
    {
        var statements = Enumerable.Range(0, 20).Select(i => new Dictionary<string, string>
        {
            ["Effect"] = "Deny", ["Action"] = "oss:GetObject", ["Resource"] = $"acs:oss:*:*:test-bucket/tenants/acme/{new string('x', 60)}{i}/*",
        });
        var definition = new { storage = "main", access = new[] { "read" }, extraStatements = statements };
        foreach (var refusal in (Answer[])[await PostAsync("preview", definition), await _broker.SendAsync(HttpMethod.Put, TestBroker.RolePath("acme", "uploads"), definition)])
            Assert.Equal((400, ErrorCode.PolicyTooLong), (refusal.Status, refusal.Code));
    }

    [Theory]
    [InlineData("oss:GetObject", "a/b", true)]
    [InlineData("oss:PutObject", "a/b", false)]
    [InlineData("oss:ListObjects", "", false)]
    public async Task Explain_says_what_a_session_may_and_on_what(string action, string key, bool allowed)
    {
        var explanation = (await PostAsync("explain", new { action, key })).DemandSuccess().Json;
        Assert.Equal(allowed, explanation.GetProperty("allowed").GetBoolean());
        Assert.NotEmpty(explanation.GetProperty("reason").GetString()!);
        Assert.StartsWith("acs:oss:*:*:test-bucket", explanation.GetProperty("resource").GetString(), StringComparison.Ordinal);
        Assert.Equal(allowed ? System.Text.Json.JsonValueKind.Number : System.Text.Json.JsonValueKind.Null, explanation.GetProperty("statement").ValueKind);
    }

    [Fact]
    public async Task Explain_refuses_what_is_malformed_by_field()
    {
        Assert.Equal(["action"], (await PostAsync("explain", new { action = "GetObject", key = "a" })).Fields);
        Assert.Equal(["key"], (await PostAsync("explain", new { action = "oss:GetObject", key = "../a" })).Fields);
        Assert.Equal(["sourceAddress"], (await PostAsync("explain", new { action = "oss:GetObject", key = "a", sourceAddress = "x" })).Fields);
        Assert.Equal(["key"], (await PostAsync("explain", new { action = "oss:GetObject" })).Fields);
    }
}
