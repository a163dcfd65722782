using Broker.AlibabaCloud.Ram;

namespace Broker.Tests.AlibabaCloud.Ram;

/// <summary>RAM's rules one by one; where the vendor's pages leave one open, the case says what is assumed.</summary>
public class PolicyExplanationTests
{
    const string Key = "acs:oss:oss-cn-hangzhou:1:bkt/a/key";

    static PolicyVerdict Explain(string statements, string action = "oss:GetObject", string resource = Key, params (string Key, string Value)[] context) =>
        PolicyExplanation.Explain($$"""{"Version":"1","Statement":[{{statements}}]}""", new(action, resource, context.ToDictionary(c => c.Key, c => c.Value)));

    static string Allow(string action = "oss:GetObject", string resource = "acs:oss:*:*:bkt/a/*", string? condition = null) =>
        $$"""{"Effect":"Allow","Action":"{{action}}","Resource":"{{resource}}"{{(condition is null ? "" : $",\"Condition\":{{{condition}}}")}}}""";

    static string When(string op, string key, string value) => $"\"{op}\":{{\"{key}\":\"{value}\"}}";

    [Theory]
    [InlineData("oss:GetObject", true)]
    [InlineData("OSS:GETOBJECT", true)]
    [InlineData("oss:Get*", true)]
    [InlineData("oss:G*Object", true)]
    [InlineData("oss:GetObjec?", true)]
    [InlineData("oss:GetObject?", false)]
    [InlineData("oss:GetObj", false)]
    [InlineData("*", true)]
    public void Actions_match_in_any_case_and_by_wildcards(string pattern, bool allowed) => Assert.Equal(allowed, Explain(Allow(pattern)).Allowed);

    [Theory]
    [InlineData("*", true)]
    [InlineData("acs:oss:*:*:*", true)]
    [InlineData("acs:oss:*:*:bkt/*/key", true)]
    [InlineData("acs:oss:*:*:bkt/a/k?y", true)]
    [InlineData("acs:oss:*:*:bkt/a/key?", false)]
    [InlineData("acs:oss:*:*:bkt/A/*", false)]
    [InlineData("acs:oss:*:*:bkt", false)]
    [InlineData("acs:oss:*:2:bkt/*", false)]
    [InlineData("acs:oss:oss-cn-beijing:*:bkt/*", false)]
    [InlineData("acs:oss:*:*", false)]
    public void Resources_match_segment_by_segment_and_in_their_own_case(string pattern, bool allowed) => Assert.Equal(allowed, Explain(Allow(resource: pattern)).Allowed);

    [Fact]
    public void A_wildcard_of_the_account_does_not_reach_into_a_key_that_looks_like_an_ARN() =>
        Assert.False(Explain(Allow(), resource: "acs:oss:oss-cn-hangzhou:1:other/x:bkt/a/key").Allowed);

    [Fact]
    public void A_region_and_account_that_the_request_leaves_open_are_any()
    {
        var deny = """{"Effect":"Deny","Action":"*","Resource":"acs:oss:oss-cn-hangzhou:1:bkt/a/*"}""";
        Assert.Equal(1, Explain(Allow() + "," + deny, resource: "acs:oss:*:*:bkt/a/key").Statement);
    }

    [Theory]
    [InlineData("IpAddress", "203.0.113.0/24", "203.0.113.0", true)]
    [InlineData("IpAddress", "203.0.113.0/24", "203.0.113.255", true)]
    [InlineData("IpAddress", "203.0.113.0/24", "203.0.114.0", false)]
    [InlineData("IpAddress", "203.0.113.0/24", "203.0.112.255", false)]
    [InlineData("IpAddress", "203.0.113.7", "203.0.113.7", true)]
    [InlineData("IpAddress", "203.0.113.7/32", "203.0.113.8", false)]
    [InlineData("IpAddress", "0.0.0.0/0", "203.0.113.7", true)]
    [InlineData("IpAddress", "203.0.113.0/24", "::ffff:203.0.113.7", true)]
    [InlineData("IpAddress", "0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("IpAddress", "2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("IpAddress", "2001:db8::/32", "2001:db9::1", false)]
    [InlineData("IpAddress", "203.0.*", "203.0.113.7", true)]
    [InlineData("NotIpAddress", "203.0.113.0/24", "203.0.113.7", false)]
    [InlineData("NotIpAddress", "203.0.113.0/24", "::ffff:203.0.113.7", false)]
    [InlineData("NotIpAddress", "203.0.113.0/24", "2001:db8::1", true)]
    public void Addresses_are_compared_with_networks(string op, string network, string address, bool holds) =>
        Assert.Equal(holds, Explain(Allow(condition: When(op, "acs:SourceIp", network)), context: ("acs:SourceIp", address)).Allowed);

    [Theory]
    [InlineData("StringEquals", "A", true)]
    [InlineData("StringEquals", "a", false)]
    [InlineData("StringEqualsIgnoreCase", "a", true)]
    [InlineData("StringNotEqualsIgnoreCase", "a", false)]
    [InlineData("StringEquals", "*", false)]
    [InlineData("StringLike", "*", true)]
    [InlineData("StringLike", "?", true)]
    [InlineData("StringLike", "a*", false)]
    [InlineData("StringNotLike", "a*", true)]
    public void Texts_are_compared(string op, string value, bool holds) =>
        Assert.Equal(holds, Explain(Allow(condition: When(op, "k", value)), context: ("k", "A")).Allowed);

    [Theory]
    [InlineData("NumericEquals", "10", "10.0", true)]
    [InlineData("NumericLessThan", "9", "10", true)]
    [InlineData("NumericLessThan", "10", "10", false)]
    [InlineData("NumericGreaterThanEquals", "10", "10", true)]
    [InlineData("NumericGreaterThan", "x", "10", false)]
    [InlineData("DateEquals", "2026-11-24T12:00:00Z", "2026-11-24T20:00:00+08:00", true)]
    [InlineData("DateLessThan", "2026-11-24T12:00:00Z", "2026-11-24T12:00:01", true)]
    [InlineData("DateGreaterThanEquals", "2026-11-24T12:00:00Z", "2026-11-24T12:00:01Z", false)]
    [InlineData("DateNotEquals", "2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z", false)]
    [InlineData("Bool", "true", "TRUE", true)]
    [InlineData("Bool", "true", "false", false)]
    public void Numbers_dates_and_truths_are_compared(string op, string given, string value, bool holds) =>
        Assert.Equal(holds, Explain(Allow(condition: When(op, "k", value)), context: ("k", given)).Allowed);

    [Theory]
    [InlineData("\"StringEquals\":{\"k\":[\"x\",\"v\"]}", true)]
    [InlineData("\"StringNotEquals\":{\"k\":[\"x\",\"v\"]}", false)]
    [InlineData("\"StringNotEquals\":{\"k\":[\"x\",\"y\"]}", true)]
    [InlineData("\"StringEquals\":{\"k\":\"v\",\"l\":\"x\"}", false)]
    [InlineData("\"StringEquals\":{\"k\":\"v\"},\"StringLike\":{\"l\":\"w*\"}", true)]
    [InlineData("\"StringEquals\":{\"k\":\"v\"},\"StringLike\":{\"l\":\"x*\"}", false)]
    public void Of_several_values_one_must_compare_of_a_negation_none_and_all_keys_and_operators_must_hold(string condition, bool holds) =>
        Assert.Equal(holds, Explain(Allow(condition: condition), context: [("k", "v"), ("l", "w")]).Allowed);

    // The vendor says it nowhere in so many words; its sample for requests from outside every VPC needs the negated half.
    [Theory]
    [InlineData("StringEquals", false)]
    [InlineData("StringLike", false)]
    [InlineData("NumericLessThan", false)]
    [InlineData("Bool", false)]
    [InlineData("IpAddress", false)]
    [InlineData("StringNotEquals", true)]
    [InlineData("StringNotLike", true)]
    [InlineData("NumericNotEquals", true)]
    [InlineData("DateNotEquals", true)]
    [InlineData("NotIpAddress", true)]
    public void A_key_that_the_request_lacks_fails_an_operator_and_passes_a_negated_one(string op, bool holds) =>
        Assert.Equal(holds, Explain(Allow(condition: When(op, "acs:SourceVpc", "vpc-*"))).Allowed);

    [Fact]
    public void NotAction_means_every_other_action()
    {
        var statement = """{"Effect":"Allow","NotAction":["oss:Put*","oss:DeleteObject"],"Resource":"*"}""";
        Assert.True(Explain(statement).Allowed);
        Assert.False(Explain(statement, "oss:PutObject").Allowed);
        Assert.False(Explain(statement, "oss:deleteobject").Allowed);
    }

    [Fact]
    public void The_first_deny_that_applies_decides_whatever_allows()
    {
        var verdict = Explain(Allow("*", "*") + """,{"Effect":"Deny","Action":"oss:Put*","Resource":"*"},{"Effect":"Deny","Action":"oss:Get*","Resource":"*"}""");
        Assert.Equal(new(false, "Statement 2 denies oss:GetObject on *.", 2), verdict);
    }

    [Theory]
    [InlineData("acs:SourceIp=10.0.0.1", "Statement 1 allows oss:GetObject, but only from 203.0.113.0/24 (here '10.0.0.1') and over https (acs:SecureTransport is not given).")]
    [InlineData("acs:SecureTransport=true", "Statement 1 allows oss:GetObject, but only from 203.0.113.0/24 (acs:SourceIp is not given).")]
    public void The_reason_names_what_is_missing(string fact, string reason)
    {
        var bound = Allow(condition: When("IpAddress", "acs:SourceIp", "203.0.113.0/24") + "," + When("Bool", "acs:SecureTransport", "true"));
        Assert.Equal(new(false, reason, null), Explain(Allow("oss:PutObject") + "," + bound, context: (fact.Split('=')[0], fact.Split('=')[1])));
    }

    [Fact]
    public void The_reason_names_the_statement_that_comes_nearest()
    {
        Assert.Equal("No statement allows oss:PutObject.", Explain(Allow(), "oss:PutObject").Reason);
        Assert.Equal("Statement 0 allows oss:GetObject, but only on acs:oss:*:*:bkt/a/*.", Explain(Allow(), resource: "acs:oss:*:*:bkt/b/key").Reason);
        var listing = Allow("oss:ListObjects", "acs:oss:*:*:bkt", When("StringLike", "oss:Prefix", "a/*"));
        Assert.Equal("Statement 0 allows oss:ListObjects, but only with a prefix like a/* (here 'b/').", Explain(listing, "oss:ListObjects", "acs:oss:*:*:bkt", ("oss:Prefix", "b/")).Reason);
        Assert.Equal("Statement 0 allows oss:ListObjects on acs:oss:*:*:bkt, with a prefix like a/*.", Explain(listing, "oss:ListObjects", "acs:oss:*:*:bkt", ("oss:Prefix", "a/b")).Reason);
    }

    [Fact]
    public void The_reason_says_what_an_unknown_address_leaves_open()
    {
        var from = $$$"""{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{{{When("IpAddress", "acs:SourceIp", "10.0.0.0/8")}}}}}""";
        Assert.Equal(new(true, "Statement 0 allows oss:GetObject on acs:oss:*:*:bkt/a/*. Statement 1 may deny it: the source address is not given.", 0), Explain(Allow() + "," + from));
        var outside = from.Replace("IpAddress", "NotIpAddress", StringComparison.Ordinal);
        Assert.Equal(new(false, "Statement 1 denies oss:GetObject on *, from outside 10.0.0.0/8. The source address is not given.", 1), Explain(Allow() + "," + outside));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"Version":"2","Statement":[]}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Deny","Resource":"*"}]}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Deny","Action":"*"}]}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}""")]
    [InlineData("""{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Nearly":{"a":"b"}}}]}""")]
    public void A_policy_outside_the_grammar_is_refused(string policy) =>
        Assert.Throws<FormatException>(() => PolicyExplanation.Explain(policy, new("oss:GetObject", Key, new Dictionary<string, string>())));
}
