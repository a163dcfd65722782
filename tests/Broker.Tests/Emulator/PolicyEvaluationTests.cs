using Broker.Emulator.Ram;

namespace Broker.Tests.Emulator;

public class PolicyEvaluationTests
{
    static readonly Dictionary<string, string> Facts = new() { ["acs:SourceIp"] = "203.0.113.7", ["acs:SecureTransport"] = "true", ["oss:Prefix"] = "a/b" };

    static bool Allows(string statements, string action = "oss:GetObject", string resource = "acs:oss:oss-cn-hangzhou:1:bkt/a/key", string? session = null) =>
        PolicyEvaluation.Allows(new(action, resource, Facts), Policy(statements), session is null ? null : Policy(session));

    static RamPolicy Policy(string statements) => RamPolicy.Parse($$"""{"Version":"1","Statement":[{{statements}}]}""");

    const string AllowA = """{"Effect":"Allow","Action":"oss:*","Resource":"acs:oss:*:*:bkt/a/*"}""";

    [Theory]
    [InlineData(AllowA, true)]
    [InlineData("", false)]
    [InlineData("""{"Effect":"Allow","Action":"oss:PutObject","Resource":"*"}""", false)]
    [InlineData("""{"Effect":"Allow","Action":["OSS:getobject"],"Resource":["acs:oss:*:*:bkt/a/*"]}""", true)]
    [InlineData("""{"Effect":"Allow","NotAction":"oss:PutObject","Resource":"*"}""", true)]
    [InlineData("""{"Effect":"Allow","NotAction":"oss:Get*","Resource":"*"}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"oss:*","Resource":"acs:oss:*:*:bkt/b/*"}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"oss:*","Resource":"acs:oss:*:*:other/*"}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"oss:*","Resource":"acs:oss:*:*:key"}""", false)]
    [InlineData(AllowA + """,{"Effect":"Deny","Action":"oss:GetObject","Resource":"*"}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"acs:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}}}""", true)]
    [InlineData("""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"acs:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}}}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"acs:SecureTransport":"false"}}}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"oss:Prefix":"a/*"},"Bool":{"acs:SecureTransport":"true"}}}""", true)]
    [InlineData("""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"oss:Prefix":"b/*"},"Bool":{"acs:SecureTransport":"true"}}}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"oss:Delimiter":"/"}}}""", false)]
    public void A_policy_allows(string statements, bool allowed) => Assert.Equal(allowed, Allows(statements));

    [Theory]
    [InlineData("StringEquals", false)]
    [InlineData("StringNotEquals", true)]
    [InlineData("StringNotLike", true)]
    [InlineData("NumericNotEquals", true)]
    [InlineData("NotIpAddress", true)]
    [InlineData("Bool", false)]
    public void A_key_that_the_request_lacks_passes_negated_operators_only(string op, bool allowed) =>
        Assert.Equal(allowed, Allows($$$$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"{{{{op}}}}":{"acs:SourceVpc":"vpc-*"}}}"""));

    [Theory]
    [InlineData("203.0.113.0/24", true)]
    [InlineData("203.0.113.*", true)]
    [InlineData("::/0", false)]
    [InlineData("203.0.114.*", false)]
    public void A_mapped_IPv4_address_is_in_networks_of_IPv4(string network, bool allowed) =>
        Assert.Equal(allowed, PolicyEvaluation.Allows(new("oss:GetObject", "acs:oss:*:1:bkt/k", new Dictionary<string, string> { ["acs:SourceIp"] = "::ffff:203.0.113.7" }),
            Policy($$$$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"acs:SourceIp":"{{{{network}}}}"}}}"""), null));

    [Fact]
    public void A_session_has_no_more_than_both_policies_allow()
    {
        Assert.True(Allows(AllowA, session: AllowA));
        Assert.False(Allows(AllowA, session: ""));
        Assert.False(Allows("", session: AllowA));
        Assert.False(Allows(AllowA, session: AllowA + """,{"Effect":"Deny","Action":"*","Resource":"*"}"""));
    }

    [Theory]
    [InlineData("""{"Version":"2","Statement":[]}""")]
    [InlineData("""{"Statement":[]}""")]
    [InlineData("""{"Version":"1"}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Deny","Resource":"*"}]}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Deny","Action":"*"}]}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","NotAction":"*","Resource":"*"}]}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Nearly":{"a":"b"}}}]}""")]
    [InlineData("""[]""")]
    [InlineData("""not json""")]
    public void A_malformed_policy_is_refused(string policy) => Assert.Throws<FormatException>(() => RamPolicy.Parse(policy));
}
