using Broker.Tests.EndToEnd;

namespace Broker.Tests.Api;

/// <summary>What is for operators is on their address, and on no other; and the other way round.</summary>
public sealed class ManagementPagesTests : IAsyncLifetime
{
    TestBroker _broker = null!;

    public async Task InitializeAsync() => _broker = await TestBroker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Each_page_is_on_one_address_only()
    {
        foreach (var path in (string[])["dashboard/", "dashboard/ClusterStats", "metrics", "readyz"])
            Assert.Equal((path, 200, 404), (path, (await _broker.GetAsync($"{_broker.Management}{path}", key: null)).Status, (await _broker.GetAsync($"/{path}")).Status));
        foreach (var path in (string[])["v1/tenants", "console/", "openapi/v1.json"])
            Assert.Equal((path, 404, 200), (path, (await _broker.GetAsync($"{_broker.Management}{path}")).Status, (await _broker.GetAsync($"/{path}")).Status));
    }
}
