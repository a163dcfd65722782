using Broker.Tests.EndToEnd;

namespace Broker.Tests.Api;

/// <summary>What is for operators is on their address, and on no other; and the other way round.</summary>
public sealed class ManagementPagesTests
{
    [Theory]
    [InlineData("dashboard/")]
    [InlineData("dashboard/ClusterStats")]
    [InlineData("metrics")]
    [InlineData("readyz")]
    public async Task Is_on_the_management_address_only(string path)
    {
        await using var broker = await TestBroker.StartAsync();
        Assert.Equal(200, (await broker.GetAsync($"{broker.Management}{path}", key: null)).Status);
        Assert.Equal(404, (await broker.GetAsync($"/{path}")).Status);
    }

    [Theory]
    [InlineData("v1/tenants")]
    [InlineData("console/")]
    [InlineData("openapi/v1.json")]
    public async Task Is_on_the_public_address_only(string path)
    {
        await using var broker = await TestBroker.StartAsync();
        Assert.Equal(404, (await broker.GetAsync($"{broker.Management}{path}")).Status);
        Assert.Equal(200, (await broker.GetAsync($"/{path}")).Status);
    }
}
