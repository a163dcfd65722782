using Broker.AlibabaCloud.Ram;

namespace Broker.Tests.Abstractions;

public class RoleRulesTests
{
    static readonly TenantDefinition Tenant = new()
    {
        Storage = [new() { Name = "main", RoleArn = "acs:ram::1234567890123456:role/r", Bucket = "bucket", Region = "cn-hangzhou", KeyPrefix = "t/" }],
        Limits = new() { CallbackHosts = ["hooks.example.com"] },
    };

    static readonly RoleDefinition Valid = new() { Storage = "main", Access = ["read"] };

    static readonly Dictionary<string, RoleDefinition> Broken = new()
    {
        ["storage"] = Valid with { Storage = "other" },
        ["subPrefix"] = Valid with { SubPrefix = "a/*/" },
        ["access"] = Valid with { Access = ["write", "admin"] },
        ["durationSeconds"] = Valid with { DurationSeconds = 899 },
        ["conditions.sourceNetworks[0]"] = Valid with { Conditions = new() { SourceNetworks = ["10.0.0.1"] } },
        ["uploads.minBytes"] = Valid with { Uploads = new() { MinBytes = -1 } },
        ["uploads.maxBytes"] = Valid with { Uploads = new() { MinBytes = 10, MaxBytes = 9 } },
        ["uploads.contentTypes"] = Valid with { Uploads = new() { ContentTypes = ["image/*", "text/plain"] } },
        ["uploads.callback"] = Valid with { Uploads = new() { Callback = "https://elsewhere.example.com/" } },
        ["uploads.maxExpiresIn"] = Valid with { Uploads = new() { MaxExpiresIn = 3541 } },
        ["signedUrls.maxExpiresIn"] = Valid with { SignedUrls = new() { MaxExpiresIn = 0 } },
        ["limits.requestsPerSecond"] = Valid with { Limits = new() { RequestsPerSecond = 0 } },
        ["extraStatements[0]"] = Valid with { ExtraStatements = ["""{"Effect":"Allow","Action":"oss:*","Resource":"*"}"""] },
    };

    public static TheoryData<string> Fields => [.. Broken.Keys];

    [Fact]
    public void Valid_settings_pass() => RoleRules.Validate(Valid with
    {
        SubPrefix = "uploads/",
        Conditions = new() { SourceNetworks = ["203.0.113.0/24", "2001:db8::/32"], SecureTransport = true },
        Uploads = new() { ContentTypes = ["image/*"], Callback = "https://hooks.example.com/done" },
        ExtraStatements = ["""{"Effect":"Deny","Action":"oss:DeleteObject","Resource":"*"}"""],
    }, Tenant);

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_broken_rule_names_its_field(string field)
    {
        var refusal = Assert.Throws<BrokerException>(() => RoleRules.Validate(Broken[field], Tenant));
        Assert.Equal(ErrorCode.InvalidRequest, refusal.Code);
        Assert.Equal([field], refusal.Errors.Keys);
    }

    [Theory]
    [InlineData("""{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}""", "must name no property twice")]
    [InlineData("""{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"a":"b"},"Bool":{"a":"c"}}}""", "must name no property twice")]
    [InlineData("""{"Effect":"Deny","Action":"*","Resource":"*","Sid":"x"}""", "must have Effect, Action or NotAction, Resource and Condition only")]
    [InlineData("""{"Effect":["Deny"],"Action":"*","Resource":"*"}""", "Effect must be Deny")]
    [InlineData("""{"Effect":"Deny","Action":"*","NotAction":"*","Resource":"*"}""", "must have exactly one of Action and NotAction")]
    [InlineData("""{"Effect":"Deny","Action":"*"}""", "Resource is required")]
    [InlineData("""{"Effect":"Deny","NotAction":[],"Resource":"*"}""", "Action, NotAction and Resource must be a text or an array of texts")]
    [InlineData("""{"Effect":"Deny","Action":"*","Resource":{"a":1}}""", "Action, NotAction and Resource must be a text or an array of texts")]
    [InlineData("""{"Effect":"Deny","Action":"*","Resource":"*","Condition":"x"}""", "Condition must be an object")]
    [InlineData("""{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringAlike":{"a":"b"}}}""", "Condition must use RAM's operators; 'StringAlike' is none")]
    [InlineData("""{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"a":{}}}}""", "Condition.Bool must give each key a text or an array of texts")]
    public void An_extra_statement_outside_the_grammar_is_refused(string statement, string rule)
    {
        var refusal = Assert.Throws<BrokerException>(() => RoleRules.Validate(Valid with { ExtraStatements = [statement] }, Tenant));
        Assert.Equal([rule], refusal.Errors["extraStatements[0]"]);
    }

    [Fact]
    public void Every_operator_that_explain_knows_may_stand_in_an_extra_statement() => Assert.All(ConditionOperator.All.Keys, op =>
        RoleRules.Validate(Valid with { ExtraStatements = [$$$$"""{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"{{{{op}}}}":{"a":"b"}}}"""] }, Tenant));

    [Fact]
    public void The_shortest_session_needs_no_other_setting()
    {
        var shortest = Valid with { DurationSeconds = 900 };
        RoleRules.Validate(shortest, Tenant);
        Assert.Equal(840, RoleRules.WithDefaults(shortest).SignedUrls.MaxExpiresIn);
        Assert.Equal(900, RoleRules.WithDefaults(Valid).Uploads.MaxExpiresIn);
    }

    [Fact]
    public void Every_broken_rule_is_named_at_once()
    {
        var refusal = Assert.Throws<BrokerException>(() => RoleRules.Validate(Valid with { Storage = "x", DurationSeconds = 1, Access = ["x"] }, Tenant));
        Assert.Superset(new HashSet<string> { "storage", "durationSeconds", "access" }, refusal.Errors.Keys.ToHashSet());
    }

    [Fact]
    public void What_only_an_administrator_sets_is_kept_when_a_tenant_administrator_omits_it_and_refused_when_it_differs()
    {
        var admin = new Caller("a", null, [Scope.Admin]);
        var tenantAdmin = new Caller("t", "acme", [Scope.TenantAdmin]);
        var deny = """{"Effect":"Deny","Action":"oss:DeleteObject","Resource":"*"}""";
        var present = Valid with { ExtraStatements = [deny], KeepWarm = true };

        Assert.Equal(present, RoleRules.KeepReserved(tenantAdmin, Valid, present) with { ExtraStatements = present.ExtraStatements });
        Assert.Equal([deny], RoleRules.KeepReserved(tenantAdmin, Valid, present).ExtraStatements!);
        Assert.Same(Valid, RoleRules.KeepReserved(admin, Valid, present));
        Assert.Equal(ErrorCode.Forbidden, Assert.Throws<BrokerException>(() => RoleRules.KeepReserved(tenantAdmin, present, Valid)).Code);
        Assert.Equal(ErrorCode.Forbidden, Assert.Throws<BrokerException>(() => RoleRules.KeepReserved(tenantAdmin, Valid with { KeepWarm = true }, null)).Code);
        // Another value is another one, whichever way.
        Assert.Equal(ErrorCode.Forbidden, Assert.Throws<BrokerException>(() => RoleRules.KeepReserved(tenantAdmin, Valid with { ExtraStatements = [] }, present)).Code);
        Assert.Equal(ErrorCode.Forbidden, Assert.Throws<BrokerException>(() => RoleRules.KeepReserved(tenantAdmin, Valid with { KeepWarm = false }, present)).Code);
        Assert.Equal(present.ExtraStatements, RoleRules.KeepReserved(tenantAdmin, present with { KeepWarm = null }, present).ExtraStatements);
    }
}
