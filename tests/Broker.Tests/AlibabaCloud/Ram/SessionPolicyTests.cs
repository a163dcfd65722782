using System.Text.Json;
using Broker.AlibabaCloud.Ram;

namespace Broker.Tests.AlibabaCloud.Ram;

public class SessionPolicyTests
{
    static SessionGrant Grant(ObjectAccess access, string prefix = "tenants/a/") => new("bkt", prefix, access, [], false, []);

    [Fact]
    public void An_empty_grant_is_a_deny_of_everything() =>
        Assert.Equal("""{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}""", SessionPolicy.Compile(Grant(ObjectAccess.None)));

    [Fact]
    public void Reading_grants_objects_below_the_prefix_and_nothing_else() =>
        Assert.Equal("""{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:bkt/tenants/a/*"}]}""",
            SessionPolicy.Compile(Grant(ObjectAccess.Read)));

    [Fact]
    public void Listing_names_the_bucket_and_is_bound_to_the_prefix() =>
        Assert.Equal("""{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:ListObjects","Resource":"acs:oss:*:*:bkt","Condition":{"StringLike":{"oss:Prefix":"tenants/a/*"}}}]}""",
            SessionPolicy.Compile(Grant(ObjectAccess.List)));

    [Fact]
    public void Writing_denies_public_objects_and_never_lists_uploads()
    {
        var policy = SessionPolicy.Compile(Grant(ObjectAccess.Write));
        Assert.Contains("""{"Effect":"Deny","Action":"oss:PutObject","Resource":"acs:oss:*:*:bkt/tenants/a/*","Condition":{"StringEquals":{"oss:x-oss-object-acl":["public-read","public-read-write"]}}}""", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("ListMultipartUploads", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_bind_every_grant()
    {
        var grant = Grant(ObjectAccess.Read | ObjectAccess.List) with { SourceNetworks = ["203.0.113.0/24"], SecureTransport = true };
        using var policy = JsonDocument.Parse(SessionPolicy.Compile(grant));
        Assert.All(policy.RootElement.GetProperty("Statement").EnumerateArray(), statement =>
        {
            var condition = statement.GetProperty("Condition");
            Assert.Equal("203.0.113.0/24", condition.GetProperty("IpAddress").GetProperty("acs:SourceIp")[0].GetString());
            Assert.Equal("true", condition.GetProperty("Bool").GetProperty("acs:SecureTransport").GetString());
        });
    }

    [Theory]
    [InlineData("a*/")]
    [InlineData("a?/")]
    [InlineData("a${x}/")]
    public void A_wildcard_in_a_prefix_is_refused(string prefix) =>
        Assert.Throws<ArgumentException>(() => SessionPolicy.Compile(Grant(ObjectAccess.Read, prefix)));

    [Fact]
    public void An_extra_statement_that_allows_is_refused() => Assert.Throws<ArgumentException>(() =>
        SessionPolicy.Compile(Grant(ObjectAccess.Read) with { ExtraStatements = ["""{"Effect":"Allow","Action":"*","Resource":"*"}"""] }));
}
