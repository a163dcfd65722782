using Broker.Grains.Minting;

namespace Broker.Tests.Grains.Roles;

/// <summary>A tenant's storage, and what definitions compile to under it.</summary>
static class Compiled
{
    static readonly TenantDefinition Tenant = new()
    {
        Storage = [new() { Name = "main", RoleArn = "acs:ram::1234567890123456:role/r", Bucket = "bkt", Region = "cn-hangzhou", KeyPrefix = "tenants/acme/" }],
    };

    public static RoleSettings Settings(RoleDefinition definition)
    {
        RoleRules.Validate(definition, Tenant);
        return new(new("acme", "uploads"), 1, default, RoleRules.WithDefaults(definition));
    }

    public static SessionTerms Terms(RoleSettings settings) => SessionTerms.Compile(settings, Tenant);
}
