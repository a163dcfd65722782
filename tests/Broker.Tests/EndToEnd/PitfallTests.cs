namespace Broker.Tests.EndToEnd;

/// <summary>What other brokers and caches are known to get wrong, where it takes the whole product to show.</summary>
public class PitfallTests
{
    static object Storage(string? externalId) => new
    {
        Name = "main", RoleArn = "acs:ram::1234567890123456:role/r", Bucket = TestBroker.Bucket, Region = "cn-hangzhou", KeyPrefix = "a/", ExternalId = externalId,
    };

    [Fact]
    public async Task Credentials_minted_with_one_external_id_are_not_served_under_another()
    {
        await using var broker = await TestBroker.StartAsync();
        (await broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", new { storage = new[] { Storage("first") } })).DemandSuccess();
        await broker.PutRoleAsync("acme", "uploads");
        var first = (await broker.CredentialsAsync("acme", "uploads")).AccessKeyId;
        (await broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", new { storage = new[] { Storage("second") } })).DemandSuccess();
        Assert.NotEqual(first, (await broker.CredentialsAsync("acme", "uploads")).AccessKeyId);
        Assert.Equal("second", broker.Emulator.Requests.Last(r => r.Operation == "AssumeRole").Form["ExternalId"]);
    }

    [Fact]
    public async Task Each_attempt_asks_the_budget_once()
    {
        await using var broker = await TestBroker.StartAsync(settings: new() { ["StsBudget:RatePerSecond"] = "0.1", ["StsBudget:Burst"] = "10" });
        await broker.PutTenantAsync("acme");
        for (var i = 0; i < 11; i++) await broker.PutRoleAsync("acme", $"role-{i}");
        for (var i = 0; i < 10; i++) Assert.Equal(200, (await broker.CredentialsAsync("acme", $"role-{i}")).Status);
        var refusal = await broker.CredentialsAsync("acme", "role-10");
        Assert.Equal((503, ErrorCode.StsThrottled), (refusal.Status, refusal.Code));
        Assert.Equal(10, broker.Emulator.AssumeRoleCalls);
        Assert.NotNull(refusal.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_role_that_STS_refuses_keeps_no_other_role_waiting()
    {
        await using var broker = await TestBroker.StartAsync(settings: new() { ["StsBudget:RatePerSecond"] = "0.1", ["StsBudget:Burst"] = "2" });
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "broken");
        await broker.PutRoleAsync("acme", "sound");
        broker.Emulator.Fail(new("AssumeRole", 403, "NoPermission"));
        for (var i = 0; i < 50; i++) Assert.Equal(502, (await broker.CredentialsAsync("acme", "broken")).Status);
        Assert.Equal(200, (await broker.CredentialsAsync("acme", "sound")).Status);
    }
}
