namespace Broker.Tests.EndToEnd;

/// <summary>What a change of policy has answered holds for everything that is vended after it.</summary>
public sealed class NarrowingTests : IAsyncLifetime
{
    static readonly string[] Wide = ["read", "write", "list"], Narrow = ["read"];
    TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = Wide });
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task After_a_narrowing_PUT_has_answered_no_wider_credential_is_vended()
    {
        var minted = new HashSet<string>();
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 8).Select(_ => ReadUntilAsync(stop.Token)).ToArray();
        for (var i = 0; i < 10; i++)
        {
            var access = i % 2 == 0 ? Narrow : Wide;
            await _broker.PutRoleAsync("acme", "uploads", new { storage = "main", access });
            var vended = (await _broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
            minted.Add(vended);
            Assert.Equal(i % 2 != 0, _broker.Emulator.FindSession(vended)!.Policy!.Contains("oss:PutObject", StringComparison.Ordinal));
        }
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(10, minted.Count);
    }

    async Task ReadUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var answer = await _broker.CredentialsAsync("acme", "uploads");
            Assert.True(answer.Status == 200, answer.Text);
        }
    }

    [Fact]
    public async Task A_change_of_the_tenants_storage_ends_what_its_roles_had_and_one_of_its_name_does_not()
    {
        var first = (await _broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
        var storage = TestBroker.Storage("acme", "tenants/acme/");
        (await _broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", new { displayName = "Acme", storage = new[] { storage } })).DemandSuccess();
        Assert.Equal(first, (await _broker.CredentialsAsync("acme", "uploads")).AccessKeyId);

        (await _broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", new { storage = new[] { TestBroker.Storage("acme", "tenants/acme/new/") } })).DemandSuccess();
        var second = (await _broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
        Assert.NotEqual(first, second);
        Assert.Contains("tenants/acme/new/*", _broker.Emulator.FindSession(second)!.Policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_role_vends_nothing_and_an_enabled_one_mints_anew()
    {
        var first = (await _broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
        await _broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = Wide, disabled = true });
        var refusal = await _broker.CredentialsAsync("acme", "uploads");
        Assert.Equal((403, ErrorCode.RoleDisabled), (refusal.Status, refusal.Code));
        await _broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = Wide });
        Assert.NotEqual(first, (await _broker.CredentialsAsync("acme", "uploads")).AccessKeyId);
    }

    [Fact]
    public async Task Versions_and_preconditions_lose_no_change()
    {
        var path = TestBroker.RolePath("acme", "uploads");
        var read = await _broker.GetAsync(path);
        Assert.Equal("\"1\"", read.Headers.ETag!.Tag);
        var same = await _broker.SendAsync(HttpMethod.Put, path, new { storage = "main", access = Wide });
        Assert.Equal((200, "\"1\""), (same.Status, same.Headers.ETag!.Tag));
        var changed = await _broker.SendAsync(HttpMethod.Put, path, new { storage = "main", access = Narrow }, TestBroker.AdminKey, ("If-Match", "\"1\""));
        Assert.Equal((200, "\"2\""), (changed.Status, changed.Headers.ETag!.Tag));
        var late = await _broker.SendAsync(HttpMethod.Put, path, new { storage = "main", access = Wide }, TestBroker.AdminKey, ("If-Match", "\"1\""));
        Assert.Equal((412, ErrorCode.PreconditionFailed), (late.Status, late.Code));
        var exists = await _broker.SendAsync(HttpMethod.Put, path, new { storage = "main", access = Wide }, TestBroker.AdminKey, ("If-None-Match", "*"));
        Assert.Equal(412, exists.Status);
        var missing = await _broker.SendAsync(HttpMethod.Put, TestBroker.RolePath("acme", "new"), new { storage = "main", access = Wide }, TestBroker.AdminKey, ("If-Match", "*"));
        Assert.Equal(412, missing.Status);
        Assert.Equal(404, (await _broker.GetAsync(TestBroker.RolePath("acme", "new"))).Status);
    }
}
