namespace Broker.Tests.Abstractions;

public class TenantRulesTests
{
    static readonly StorageEntry Entry = new()
    {
        Name = "main", RoleArn = "acs:ram::1234567890123456:role/acme-uploads", Bucket = "acme-uploads", Region = "cn-hangzhou", KeyPrefix = "tenants/acme/",
    };

    static TenantDefinition With(StorageEntry entry) => new() { Storage = [entry] };

    static readonly Dictionary<string, TenantDefinition> Broken = new()
    {
        ["displayName"] = new() { DisplayName = "a\nb" },
        ["storage"] = new() { Storage = [Entry, Entry] },
        ["storage[0].name"] = With(Entry with { Name = "Main" }),
        ["storage[0].roleArn"] = With(Entry with { RoleArn = "acs:ram::1234567890123456:user/x" }),
        ["storage[0].externalId"] = With(Entry with { ExternalId = "x" }),
        ["storage[0].identity"] = With(Entry with { Identity = "other" }),
        ["storage[0].bucket"] = With(Entry with { Bucket = "Acme" }),
        ["storage[0].region"] = With(Entry with { Region = "" }),
        ["storage[0].keyPrefix"] = With(Entry with { KeyPrefix = "tenants/acme" }),
        ["storage[0].addressing"] = With(Entry with { Addressing = "other", Endpoint = "https://oss.example.com" }),
        ["storage[0].endpoint"] = With(Entry with { Endpoint = "http://oss.example.com" }),
        ["limits.roles"] = new() { Limits = new() { Roles = -1 } },
        ["limits.requestsPerSecond"] = new() { Limits = new() { RequestsPerSecond = 0 } },
        ["limits.narrowedSessions"] = new() { Limits = new() { NarrowedSessions = 100_001 } },
        ["limits.keepWarmRoles"] = new() { Limits = new() { KeepWarmRoles = -1 } },
        ["limits.callbackHosts"] = new() { Limits = new() { CallbackHosts = ["https://x"] } },
        ["trust"] = new() { Trust = [new()] },
    };

    public static TheoryData<string> Fields => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_broken_rule_names_its_field(string field)
    {
        var refusal = Assert.Throws<BrokerException>(() => TenantRules.Validate(Broken[field], production: true));
        Assert.Equal(ErrorCode.InvalidRequest, refusal.Code);
        Assert.Equal([field], refusal.Errors.Keys);
    }

    [Theory]
    [InlineData(null, "virtual", true, true)]
    [InlineData("https://oss-accelerate.aliyuncs.com", "virtual", true, true)]
    [InlineData("https://files.example.com:8443", "cname", true, true)]
    [InlineData("http://127.0.0.1:8083", "path", false, true)]
    [InlineData("http://127.0.0.1:8083", "path", true, false)]
    [InlineData("https://files.example.com/", "cname", true, false)]
    [InlineData("https://files.example.com/x", "cname", true, false)]
    [InlineData("https://user@files.example.com", "cname", true, false)]
    [InlineData("https://files.example.com", "path", true, false)]
    [InlineData("ftp://files.example.com", "cname", true, false)]
    [InlineData(null, "cname", true, false)]
    public void An_endpoint_follows_its_rules(string? endpoint, string addressing, bool production, bool valid)
    {
        var failure = Record.Exception(() => TenantRules.Validate(With(Entry with { Endpoint = endpoint, Addressing = addressing }), production));
        Assert.Equal(valid, failure is null);
    }
}
