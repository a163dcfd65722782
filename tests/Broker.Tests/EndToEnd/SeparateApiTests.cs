using System.Net.Http.Headers;
using Broker.Cluster;

namespace Broker.Tests.EndToEnd;

/// <summary>The API as a process of its own, an Orleans client of the silo.</summary>
public sealed class SeparateApiTests
{
    static Task<BrokerProcess> StartAsync(int gatewayPort) =>
        BrokerProcess.StartAsync("api/Broker.Api", [new("AdminKey", TestBroker.AdminKey), new("Orleans:Gateways:0", $"localhost:{gatewayPort}")]);

    [Fact]
    public async Task It_serves_what_the_silo_holds_and_names_a_silo_that_is_gone()
    {
        var broker = await TestBroker.StartAsync();
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        await using var process = await StartAsync(broker.GatewayPort);
        using var http = new HttpClient { BaseAddress = process.Api };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestBroker.AdminKey);
        var own = await GetAsync(http, "/credentials");
        Assert.Equal(200, own.Status);
        Assert.Equal((await broker.CredentialsAsync("acme", "uploads")).AccessKeyId, own.AccessKeyId);
        Assert.Equal((404, ErrorCode.NotFound), await Failure(http, "/v1/tenants/nobody"));
        Assert.Equal((422, ErrorCode.LifetimeUnattainable), await Failure(http, $"{TestBroker.RolePath("acme", "uploads")}/credentials?minRemaining=3600"));

        await broker.DisposeAsync();
        // What it has a copy of it answers for a while.
        Assert.Equal(own.AccessKeyId, (await GetAsync(http, "/credentials")).AccessKeyId);
        Assert.Equal((503, ErrorCode.Unavailable), await Failure(http, TestBroker.RolePath("acme", "uploads")));
    }

    static async Task<Answer> GetAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(path.StartsWith("/v1", StringComparison.Ordinal) ? path : TestBroker.RolePath("acme", "uploads") + path);
        return await Answer.ReadAsync(response);
    }

    static async Task<(int, string?)> Failure(HttpClient http, string path)
    {
        var answer = await GetAsync(http, path);
        return (answer.Status, answer.Code);
    }
}
