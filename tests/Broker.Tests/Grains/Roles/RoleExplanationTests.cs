using Broker.Grains.Roles;

namespace Broker.Tests.Grains.Roles;

public class RoleExplanationTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    static readonly RoleDefinition Uploads = new() { Storage = "main", SubPrefix = "uploads/", Access = ["read", "write", "list"] };

    static Explanation Explain(RoleDefinition role, string action, string key, string? address = null, bool https = true) =>
        RoleExplanation.Of(Compiled.Terms(Compiled.Settings(role)), new() { Action = action, Key = key, SourceAddress = address, SecureTransport = https }, Now);

    [Fact]
    public void A_key_is_relative_to_the_full_prefix()
    {
        var explanation = Explain(Uploads, "oss:PutObject", "a/b");
        Assert.Equal(new(true, "Statement 0 allows oss:PutObject on acs:oss:*:*:bkt/tenants/acme/uploads/*.", 0, "acs:oss:*:*:bkt/tenants/acme/uploads/a/b"), explanation);
    }

    [Theory]
    [InlineData("oss:ListObjects", "", true, "acs:oss:*:*:bkt")]
    [InlineData("oss:listobjects", "2026/", true, "acs:oss:*:*:bkt")]
    [InlineData("oss:ListMultipartUploads", "2026/", false, "acs:oss:*:*:bkt")]
    [InlineData("oss:GetBucketInfo", "", false, "acs:oss:*:*:bkt")]
    [InlineData("oss:DeleteObject", "a", false, "acs:oss:*:*:bkt/tenants/acme/uploads/a")]
    public void Listings_and_bucket_actions_are_matched_on_the_bucket(string action, string key, bool allowed, string resource)
    {
        var explanation = Explain(Uploads, action, key);
        Assert.Equal((allowed, resource), (explanation.Allowed, explanation.Resource));
        Assert.Equal(allowed ? 1 : null, explanation.Statement);
    }

    [Fact]
    public void An_empty_grant_denies_everything() => Assert.Equal(0, Explain(Uploads with { Access = [] }, "oss:GetObject", "a").Statement);

    [Fact]
    public void Networks_and_https_bind_it_and_an_unknown_address_is_in_none()
    {
        var bound = Uploads with { Conditions = new() { SourceNetworks = ["203.0.113.0/24"], SecureTransport = true } };
        Assert.True(Explain(bound, "oss:GetObject", "a", "203.0.113.7").Allowed);
        Assert.Contains("only over https (here 'false')", Explain(bound, "oss:GetObject", "a", "203.0.113.7", https: false).Reason, StringComparison.Ordinal);
        Assert.Contains("only from 203.0.113.0/24 (here '192.0.2.1')", Explain(bound, "oss:GetObject", "a", "192.0.2.1").Reason, StringComparison.Ordinal);
        Assert.Contains("only from 203.0.113.0/24 (acs:SourceIp is not given)", Explain(bound, "oss:GetObject", "a").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-24T12:00:00Z", true)]
    [InlineData("2026-11-24T12:00:01Z", false)]
    public void An_extra_statement_may_deny_by_the_time(string from, bool denied)
    {
        var deny = $$$$"""{"Effect":"Deny","Action":"*","Resource":"acs:oss:*:1234567890123456:bkt/*","Condition":{"DateGreaterThanEquals":{"acs:CurrentTime":"{{{{from}}}}"}}}""";
        Assert.Equal(denied ? 3 : 0, Explain(Uploads with { ExtraStatements = [deny] }, "oss:GetObject", "a").Statement);
    }

    [Theory]
    [InlineData("action", "GetObject", "a", null)]
    [InlineData("action", "oss:Get*", "a", null)]
    [InlineData("action", "ecs:GetObject", "a", null)]
    [InlineData("key", "oss:GetObject", "/a", null)]
    [InlineData("key", "oss:GetObject", "../a", null)]
    [InlineData("sourceAddress", "oss:GetObject", "a", "nowhere")]
    [InlineData("sourceAddress", "oss:GetObject", "a", "1")]
    [InlineData("sourceAddress", "oss:GetObject", "a", "[::1]:80")]
    public void A_malformed_request_names_its_field(string field, string action, string key, string? address) =>
        Assert.Equal([field], Assert.Throws<BrokerException>(() => Explain(Uploads, action, key, address)).Errors.Keys);
}
