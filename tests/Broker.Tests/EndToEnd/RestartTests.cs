using System.Text;

namespace Broker.Tests.EndToEnd;

public sealed class RestartTests
{
    readonly string _data = Directory.CreateTempSubdirectory("broker-restart-").FullName;

    async Task<TestBroker> StartAsync(Dictionary<string, string?>? settings = null) => await TestBroker.StartAsync(_data, settings: settings);

    [Fact]
    public async Task A_restart_serves_the_same_credentials_and_costs_no_call()
    {
        string first;
        await using (var broker = await StartAsync())
        {
            await broker.PutTenantAsync("acme");
            await broker.PutRoleAsync("acme", "uploads");
            first = (await broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
        }
        await using var again = await StartAsync();
        Assert.Equal(first, (await again.CredentialsAsync("acme", "uploads")).AccessKeyId);
        Assert.Equal(1, again.Emulator.AssumeRoleCalls);
    }

    [Fact]
    public async Task A_stop_with_many_roles_in_memory_logs_no_trouble()
    {
        var broker = await StartAsync();
        await using (broker)
        {
            await broker.PutTenantAsync("acme");
            for (var i = 0; i < 20; i++)
            {
                await broker.PutRoleAsync("acme", $"role-{i}");
                (await broker.CredentialsAsync("acme", $"role-{i}")).DemandSuccess();
            }
            foreach (var _ in broker.Log.Take()) { }
        }
        Assert.DoesNotContain(broker.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_silo_on_the_same_data_refuses_to_start()
    {
        await using var broker = await TestBroker.StartAsync(_data, onPostgres: false);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () => await TestBroker.StartAsync(_data, onPostgres: false));
        Assert.Contains("DataDirectory", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(401, (await broker.GetAsync("/v1/tenants", key: null)).Status);
    }

    [Fact]
    public async Task Without_its_master_key_a_credential_counts_as_absent_and_is_minted_anew()
    {
        await using (var broker = await StartAsync())
        {
            await broker.PutTenantAsync("acme");
            await broker.PutRoleAsync("acme", "uploads");
            await broker.CredentialsAsync("acme", "uploads");
        }
        File.Delete(Path.Combine(_data, "master-keys.json"));
        await using var again = await StartAsync();
        Assert.Equal(200, (await again.CredentialsAsync("acme", "uploads")).Status);
        Assert.Equal(2, again.Emulator.AssumeRoleCalls);
        Assert.Contains(again.Log.Lines, line => line.Contains("do not open", StringComparison.Ordinal));
        Assert.Contains("broker_credential_unopened", (await again.GetAsync($"{again.Management}metrics", key: null)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_narrowed_and_widened_again_does_not_bring_back_what_was_minted_before()
    {
        await using var broker = await StartAsync();
        await broker.PutTenantAsync("acme");
        var wide = new { storage = "main", access = new[] { "read", "write" } };
        await broker.PutRoleAsync("acme", "uploads", wide);
        var first = (await broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
        await broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = new[] { "read" } });
        await broker.PutRoleAsync("acme", "uploads", wide);
        Assert.NotEqual(first, (await broker.CredentialsAsync("acme", "uploads")).AccessKeyId);
    }

    [Fact]
    public async Task No_secret_is_in_the_data_directory_or_the_database_in_the_clear()
    {
        var secrets = new List<string> { TestBroker.AdminKey, TestBroker.KeySecret };
        var rows = "";
        await using (var broker = await StartAsync())
        {
            await broker.PutTenantAsync("acme");
            await broker.PutRoleAsync("acme", "uploads");
            var document = (await broker.CredentialsAsync("acme", "uploads")).Json;
            secrets.AddRange([document.GetProperty("AccessKeySecret").GetString()!, document.GetProperty("SecurityToken").GetString()![..60]]);
            secrets.Add((await broker.NewKeyAsync("acme", new { scopes = new[] { "credentials:read" } })).Split('_', 3)[2]);
            var url = (await broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", "uploads")}/credential-urls", new { })).DemandSuccess().Json.GetProperty("url").GetString()!;
            secrets.Add(url.Split('_', 3)[2]);
            if (broker.Postgres is { } postgres) rows = await postgres.ReadAllAsync();
        }
        foreach (var file in Directory.GetFiles(_data, "*", SearchOption.AllDirectories).Where(f => !f.Contains("emulator", StringComparison.Ordinal)))
        {
            var content = await File.ReadAllBytesAsync(file);
            foreach (var secret in secrets)
                foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode])
                    Assert.True(content.AsSpan().IndexOf(encoding.GetBytes(secret)) < 0, $"{Path.GetFileName(file)} shows a secret");
        }
        foreach (var secret in secrets)
            foreach (var form in (string[])[secret, .. ((Encoding[])[Encoding.UTF8, Encoding.Unicode]).Select(e => Convert.ToHexStringLower(e.GetBytes(secret)))])
                Assert.DoesNotContain(form, rows, StringComparison.Ordinal);
    }
}
