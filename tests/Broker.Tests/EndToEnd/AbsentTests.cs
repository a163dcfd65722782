using Microsoft.Extensions.Logging;

namespace Broker.Tests.EndToEnd;

/// <summary>What is not there is not there, however many ask for it at once.</summary>
public sealed class AbsentTests : IAsyncLifetime
{
    const int Asked = 2000, Concurrency = 16;

    TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(
            settings: new() { ["Limits:RefusalsPerSecond"] = "1000000", ["Limits:RefusalBurst"] = "1000000" }, adjust: b => b.Logging.SetMinimumLevel(LogLevel.Warning));
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

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
            var answer = await _broker.SendAsync(new(method), path, null, key ?? TestBroker.AdminKey);
            if (answer.Status != status) others.Add(answer.Text);
        });
        Assert.Empty(others);
    }
}
