using Broker.Grains.Storage;
using Orleans.Concurrency;

namespace Broker.Grains.Tenants;

/// <summary>Lists tenants from their table. Holds nothing, so every silo has its own.</summary>
[StatelessWorker, GrainType("tenant-list")]
sealed class TenantListGrain(ITenantTable table, StorageGuard guard) : Grain, ITenantListGrain
{
    public async Task<Page<TenantSettings>> List(Caller caller, PageRequest page, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageTenant, null);
        return await Listing.PageAsync(page, NamesAsync, Find, tenant => tenant.Tenant);

        Task<IReadOnlyList<string>> NamesAsync(string after, int count) => guard.RunAsync("tenants", () => table.ListAsync(after, count, cancellationToken));

        Task<TenantSettings?> Find(string name) => GrainFactory.Tenant(name).Find(cancellationToken);
    }
}
