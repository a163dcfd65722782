namespace Broker.Tests.Abstractions;

public class AccessRulesTests
{
    static Caller Key(params string[] scopes) => new("k", "acme", scopes);

    [Fact]
    public void No_scope_but_admin_reaches_another_tenant()
    {
        foreach (var scope in Scope.All)
            foreach (var action in Enum.GetValues<BrokerAction>())
                Assert.Equal(scope == Scope.Admin, AccessRules.Allow(Key(scope), action, "other", "uploads"));
    }

    [Theory]
    [InlineData(BrokerAction.ManageTenant, Scope.Admin)]
    [InlineData(BrokerAction.ReadBudget, Scope.Admin)]
    [InlineData(BrokerAction.ReadTenant, Scope.Admin, Scope.TenantAdmin)]
    [InlineData(BrokerAction.ManageRole, Scope.Admin, Scope.TenantAdmin)]
    [InlineData(BrokerAction.ReadRole, Scope.Admin, Scope.TenantAdmin, Scope.ReadCredentials, Scope.CreateSignedUrls, Scope.CreatePostPolicies)]
    [InlineData(BrokerAction.ManageKeys, Scope.Admin, Scope.TenantAdmin)]
    [InlineData(BrokerAction.ManageCredentialUrls, Scope.Admin, Scope.TenantAdmin)]
    [InlineData(BrokerAction.GetCredentials, Scope.Admin, Scope.ReadCredentials)]
    [InlineData(BrokerAction.SignUrls, Scope.Admin, Scope.CreateSignedUrls)]
    [InlineData(BrokerAction.SignForms, Scope.Admin, Scope.CreatePostPolicies)]
    public void Each_action_is_for_its_scopes_alone(BrokerAction action, params string[] scopes)
    {
        foreach (var scope in Scope.All)
            Assert.Equal(scopes.Contains(scope), AccessRules.Allow(Key(scope), action, "acme", "uploads"));
    }

    [Fact]
    public void A_key_that_is_bound_to_roles_reaches_no_other()
    {
        var bound = Key(Scope.ReadCredentials, Scope.TenantAdmin) with { Roles = ["uploads"] };
        Assert.True(AccessRules.Allow(bound, BrokerAction.GetCredentials, "acme", "uploads"));
        Assert.False(AccessRules.Allow(bound, BrokerAction.GetCredentials, "acme", "downloads"));
        Assert.False(AccessRules.Allow(bound, BrokerAction.ManageRole, "acme", "downloads"));
    }

    [Fact]
    public void Nobody_grants_more_than_they_may()
    {
        var end = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var tenantAdmin = Key(Scope.TenantAdmin);
        AccessRules.DemandGrant(tenantAdmin, [Scope.ReadCredentials, Scope.TenantAdmin, Scope.ReadAudit], null, null);
        AssertRefused("scopes", tenantAdmin, [Scope.Admin], null, null);
        AssertRefused("scopes", Key(Scope.ReadCredentials), [Scope.CreateSignedUrls], null, null);
        AssertRefused("roles", tenantAdmin with { Roles = ["a"] }, [], null, null);
        AssertRefused("roles", tenantAdmin with { Roles = ["a"] }, [], ["a", "b"], null);
        AssertRefused("expiresIn", tenantAdmin with { ExpiresAt = end }, [], null, null);
        AssertRefused("expiresIn", tenantAdmin with { ExpiresAt = end }, [], null, end.AddSeconds(1));
        AccessRules.DemandGrant(tenantAdmin with { ExpiresAt = end, Roles = ["a"] }, [], ["a"], end);
    }

    static void AssertRefused(string field, Caller maker, string[] scopes, string[]? roles, DateTimeOffset? end)
    {
        var refusal = Assert.Throws<BrokerException>(() => AccessRules.DemandGrant(maker, scopes, roles, end));
        Assert.Equal(ErrorCode.Forbidden, refusal.Code);
        Assert.Equal([field], refusal.Errors.Keys);
    }
}
