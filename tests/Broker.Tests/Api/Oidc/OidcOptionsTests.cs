using Broker.Api.Authentication.Oidc;

namespace Broker.Tests.Api.Oidc;

public class OidcOptionsTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("Login.example.com")]
    [InlineData("10.0.0.1")]
    [InlineData("[fd00::1]")]
    public void A_host_is_listed_as_a_url_names_it(string host) => Assert.Null(new OidcOptions { AllowedPrivateHosts = [host] }.BrokenRule());

    [Fact]
    public void The_platforms_trust_may_give_every_scope_and_follows_the_rules_of_a_tenants()
    {
        var rule = new TrustRule { Claims = new() { ["groups"] = "operators" }, Scopes = Scope.All };
        var entry = new TrustEntry { Issuer = "https://login.example.com", Audience = "broker", Rules = [rule] };
        Assert.Null(new PlatformOptions { Trust = [entry] }.BrokenRule());
        Assert.Contains("Platform:Trust[0].rules[0].claims", new PlatformOptions { Trust = [entry with { Rules = [rule with { Claims = [] }] }] }.BrokenRule(), StringComparison.Ordinal);
    }
}
