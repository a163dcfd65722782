namespace Broker;

/// <summary>
/// The keys of grains. Each has a letter and a slash, because ADO.NET storage reads a key that looks like a number or a
/// GUID as one, so that <c>abc</c> and <c>ABC</c> would share a row.
/// </summary>
public static class GrainKeys
{
    /// <summary>The role's grain.</summary>
    public static IRoleGrain Role(this IGrainFactory grains, RoleKey role) => GrainReferences<IRoleGrain>.Get(grains, role.ToString());

    /// <summary>The tenant's grain.</summary>
    public static ITenantGrain Tenant(this IGrainFactory grains, string tenant) => grains.GetGrain<ITenantGrain>($"t/{tenant}");

    /// <summary>The list of tenants.</summary>
    public static ITenantListGrain TenantList(this IGrainFactory grains) => grains.GetGrain<ITenantListGrain>("d/tenants");

    /// <summary>The API key's grain.</summary>
    public static IApiKeyGrain ApiKey(this IGrainFactory grains, string keyId) => grains.GetGrain<IApiKeyGrain>($"k/{keyId}");

    /// <summary>The credential URL's grain.</summary>
    public static ICredentialUrlGrain CredentialUrl(this IGrainFactory grains, string id) => grains.GetGrain<ICredentialUrlGrain>($"u/{id}");

    /// <summary>The bucket's grain.</summary>
    public static IBucketGrain Bucket(this IGrainFactory grains, string bucket) => grains.GetGrain<IBucketGrain>($"o/{bucket}");

    /// <summary>The budget of a calling account.</summary>
    public static IStsBudgetGrain StsBudget(this IGrainFactory grains, string identity) => grains.GetGrain<IStsBudgetGrain>($"b/{identity}");

    /// <summary>The budgets of all calling accounts.</summary>
    public static IStsBudgetQueryGrain StsBudgetQuery(this IGrainFactory grains) => grains.GetGrain<IStsBudgetQueryGrain>("q/sts-budget");

    /// <summary>The chain of audit entries that a process writes.</summary>
    public static IAuditGrain Audit(this IGrainFactory grains, string writer) => grains.GetGrain<IAuditGrain>($"a/{writer}");

    /// <summary>The audit of all writers.</summary>
    public static IAuditQueryGrain AuditQuery(this IGrainFactory grains) => grains.GetGrain<IAuditQueryGrain>("q/audit");

    /// <summary>What follows the letter and the slash.</summary>
    public static string Name(string key) => key[2..];
}
