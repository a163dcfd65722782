using Microsoft.Extensions.Logging;

namespace Broker.Tests.EndToEnd;

/// <summary>What is not there is not there, however many ask for it at once.</summary>
public sealed class AbsentTests(AbsentTests.Unlimited shared) : IClassFixture<AbsentTests.Unlimited>, IAsyncLifetime
{
    const int Asked = 2000, Concurrency = 16;

    readonly TestBroker _broker = shared.Broker;

    /// <summary>However often it refuses an address.</summary>
    public sealed class Unlimited : SharedBroker
    {
        private protected override Task<TestBroker> StartAsync() => TestBroker.StartAsync(
            settings: new() { ["Limits:RefusalsPerSecond"] = "1000000", ["Limits:RefusalBurst"] = "1000000" }, adjust: b => b.Logging.SetMinimumLevel(LogLevel.Warning));
    }

    public async Task InitializeAsync()
    {
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("GET", "/v1/tenants/nobody", null, 404)]
    [InlineData("DELETE", "/v1/tenants/nobody", null, 404)]
    [InlineData("GET", "/v1/tenants/acme/roles/nothing", null, 404)]
    [InlineData("GET", "/v1/tenants/nobody/roles/nothing/credentials", null, 404)]
    [InlineData("DELETE", "/v1/tenants/acme/api-keys/nokey", null, 404)]
    [InlineData("DELETE", "/v1/tenants/acme/roles/uploads/credential-urls/nourl", null, 404)]
    [InlineData("GET", "/v1/credential-urls/cu_nourl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", null, 404)]
    [InlineData("GET", "/v1/tenants/acme/roles/uploads/credentials", "bk_nokey_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 401)]
    public async Task Its_answer_is_always_the_same(string method, string path, string? key, int status)
    {
        var others = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Asked), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (_, _) =>
        {
            var answer = await _broker.SendAsync(method, path, null, key ?? TestBroker.AdminKey);
            if (answer.Status != status) others.Add(answer.Text);
        });
        Assert.Empty(others);
    }
}
