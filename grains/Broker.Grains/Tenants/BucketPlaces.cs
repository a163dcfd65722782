namespace Broker.Grains.Tenants;

/// <summary>The prefixes that a tenant has in each bucket. Pure.</summary>
static class BucketPlaces
{
    public static Dictionary<string, string[]> Of(TenantDefinition tenant) =>
        tenant.Storage.GroupBy(e => e.Bucket).ToDictionary(g => g.Key, g => g.Select(e => e.KeyPrefix).Distinct().ToArray());
}
