namespace Broker.Tests.EndToEnd;

/// <summary>With the database away: warm roles are served, changes are refused, nothing is half-written or lost.</summary>
public sealed class StorageTests
{
    [Fact]
    public async Task Without_the_database_warm_roles_are_served_and_changes_answer_503()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        await broker.PutRoleAsync("acme", "cold");
        var first = (await broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
        // The audit's table too: a record that is written in the background would tell that the database answers.
        await broker.SqlAsync("ALTER TABLE OrleansStorage RENAME TO Away; ALTER TABLE broker_issued RENAME TO AwayToo; ALTER TABLE broker_audit RENAME TO AwayAsWell");

        Assert.Equal(first, (await broker.CredentialsAsync("acme", "uploads")).AccessKeyId);
        (HttpMethod Method, string Path, object Body)[] changes =
        [
            (HttpMethod.Put, TestBroker.RolePath("acme", "uploads"), new { storage = "main", access = new[] { "read" } }),
            (HttpMethod.Put, TestBroker.RolePath("acme", "new"), new { storage = "main", access = new[] { "read" } }),
            (HttpMethod.Put, "/v1/tenants/acme", new { displayName = "changed" }),
            (HttpMethod.Put, "/v1/tenants/new", new { }),
            (HttpMethod.Post, "/v1/tenants/acme/api-keys", new { scopes = new[] { "credentials:read" } }),
        ];
        foreach (var (method, path, body) in changes)
        {
            var refusal = await broker.SendAsync(method, path, body);
            Assert.True(refusal is { Status: 503, Code: ErrorCode.StorageUnavailable }, $"{path}: {refusal.Status} {refusal.Text}");
            Assert.NotNull(refusal.Headers.RetryAfter);
        }
        Assert.Contains("storage", (await broker.GetAsync($"{broker.Management}readyz", key: null)).Text, StringComparison.Ordinal);
        // Renewals go on, and a role in memory is minted although nothing of it can be written.
        Assert.Equal(200, (await broker.CredentialsAsync("acme", "cold")).Status);

        await broker.SqlAsync("ALTER TABLE Away RENAME TO OrleansStorage; ALTER TABLE AwayToo RENAME TO broker_issued; ALTER TABLE AwayAsWell RENAME TO broker_audit");
        Assert.Equal(1, (await broker.GetAsync(TestBroker.RolePath("acme", "uploads"))).Json.GetProperty("version").GetInt64());
        Assert.Equal(404, (await broker.GetAsync(TestBroker.RolePath("acme", "new"))).Status);
        Assert.Equal("", (await broker.GetAsync("/v1/tenants/acme")).Json.GetProperty("definition").GetProperty("displayName").GetString());
        Assert.Equal(201, (await broker.SendAsync(HttpMethod.Put, "/v1/tenants/new", new { })).Status);
        Assert.Equal("""{"status":"ready","degraded":[]}""", (await broker.GetAsync($"{broker.Management}readyz", key: null)).Text);
    }

    [Fact]
    public async Task A_change_that_is_cut_off_half_way_costs_the_history_no_version()
    {
        await using var broker = await TestBroker.StartAsync(onPostgres: false);
        await broker.PutTenantAsync("acme");
        for (var i = 0; i <= RoleRules.KeptVersions; i++) await broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = new[] { "read" }, durationSeconds = 3600 + i });
        await broker.SqlAsync("CREATE TRIGGER cut BEFORE UPDATE ON OrleansStorage WHEN NEW.GrainTypeString = 'role-settings-v1' BEGIN SELECT RAISE(ABORT, 'cut off'); END");
        Assert.Equal(503, (await broker.SendAsync(HttpMethod.Put, TestBroker.RolePath("acme", "uploads"), new { storage = "main", access = new[] { "write" } })).Status);
        await broker.SqlAsync("DROP TRIGGER cut");
        var versions = (await broker.GetAsync($"{TestBroker.RolePath("acme", "uploads")}/versions")).Json.GetProperty("items").EnumerateArray();
        Assert.Equal(Enumerable.Range(2, RoleRules.KeptVersions).Reverse(), versions.Select(v => v.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Every_mint_is_in_the_record_of_what_was_issued()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        var document = (await broker.CredentialsAsync("acme", "uploads")).Json;
        var row = await broker.SqlAsync("SELECT access_key_id || ' ' || tenant || ' ' || role || ' ' || version || ' ' || prefix || ' ' || expiration FROM broker_issued");
        Assert.Equal($"{document.GetProperty("AccessKeyId")} acme uploads 1 tenants/acme/ {document.GetProperty("Expiration").GetString()![..^1]}.000Z", row);
    }
}
