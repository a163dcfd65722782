namespace Broker.Tests.Abstractions;

public class TenantRulesTests
{
    static readonly StorageEntry Entry = new()
    {
        Name = "main", RoleArn = "acs:ram::1234567890123456:role/acme-uploads", Bucket = "acme-uploads", Region = "cn-hangzhou", KeyPrefix = "tenants/acme/",
    };

    static readonly TrustRule Rule = new() { Claims = new() { ["sub"] = "job" }, Scopes = ["credentials:read"] };
    static readonly TrustEntry Trust = new() { Issuer = "https://login.example.com/realms/a", Audience = "broker", Rules = [Rule] };

    static TenantDefinition With(StorageEntry entry) => new() { Storage = [entry] };

    static TenantDefinition With(params TrustEntry[] trust) => new() { Trust = trust };

    static TenantDefinition With(TrustRule rule) => With(Trust with { Rules = [rule] });

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
        ["trust"] = With(Trust, Trust),
        ["trust[0].issuer"] = With(Trust with { Issuer = "http://login.example.com" }),
        ["trust[0].audience"] = With(Trust with { Audience = "" }),
        ["trust[1].audience"] = With(Trust, Trust with { Audience = "a\nb" }),
        ["trust[0].rules"] = With(Trust with { Rules = [] }),
        ["trust[0].rules[0].claims"] = With(Rule with { Claims = [] }),
        ["trust[0].rules[0].scopes"] = With(Rule with { Scopes = ["admin"] }),
        ["trust[0].rules[1].scopes"] = With(Trust with { Rules = [Rule, Rule with { Scopes = [] }] }),
        ["trust[0].rules[0].roles"] = With(Rule with { Roles = ["Uploads"] }),
    };

    public static TheoryData<string> Fields => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_broken_rule_names_its_field(string field)
    {
        var refusal = Assert.Throws<BrokerException>(() => TenantRules.Validate(Broken[field], production: true, []));
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
        var failure = Record.Exception(() => TenantRules.Validate(With(Entry with { Endpoint = endpoint, Addressing = addressing }), production, []));
        Assert.Equal(valid, failure is null);
    }

    [Theory]
    [InlineData("https://login.example.com", true)]
    [InlineData("https://login.example.com/", true)]
    [InlineData("https://login.example.com:8443/realms/a", true)]
    [InlineData("HTTPS://login.example.com", false)]
    [InlineData(" https://login.example.com", false)]
    [InlineData("https://login.example.com?x", false)]
    [InlineData("https://login.example.com?", false)]
    [InlineData("https://login.example.com#x", false)]
    [InlineData("https://user@login.example.com", false)]
    [InlineData("https:\\\\login.example.com", false)]
    [InlineData("https://", false)]
    [InlineData("login.example.com", false)]
    [InlineData("", false)]
    public void An_issuer_follows_its_rules(string issuer, bool valid)
    {
        var failure = Record.Exception(() => TenantRules.Validate(With(Trust with { Issuer = issuer }), production: true, []));
        Assert.Equal(valid, failure is null);
    }

    [Fact]
    public void Trust_has_its_bounds()
    {
        TrustEntry[] Entries(int count) => [.. Enumerable.Range(0, count).Select(i => Trust with { Audience = $"a{i}" })];
        TrustRule[] Rules(int count) => [.. Enumerable.Repeat(Rule, count)];
        Dictionary<string, string> Claims(int count) => Enumerable.Range(0, count).ToDictionary(i => $"c{i}", i => "x");
        var most = Trust with { Issuer = "https://x/" + new string('a', 502), Audience = new('a', 512), Rules = [Rule with { Claims = Claims(10) }, .. Rules(19)] };

        TenantRules.Validate(With([most, .. Entries(9)]), production: true, []);
        foreach (var beyond in (TenantDefinition[])
            [
                With(Entries(11)), With(most with { Issuer = most.Issuer + "a" }), With(most with { Audience = most.Audience + "a" }), With(most with { Rules = Rules(21) }),
                With(Rule with { Claims = Claims(11) }),
            ])
            Assert.Throws<BrokerException>(() => TenantRules.Validate(beyond, production: true, []));
    }
}
