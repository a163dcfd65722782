using Broker.Grains.Storage;

namespace Broker.Grains.Tenants;

/// <summary>One bucket: whose each prefix is. A prefix that overlaps another tenant's is refused.</summary>
[GrainType("bucket")]
sealed class BucketGrain(
    [PersistentState(BucketState.Name, GuardedGrainStorage.Name)] IPersistentState<BucketState> former, IPrefixTable table, StorageGuard guard, TimeProvider clock) : Grain, IBucketGrain
{
    /// <summary>A claim younger than this may be of a tenant that is about to be written.</summary>
    static readonly TimeSpan Pending = TimeSpan.FromMinutes(1);

    string Bucket => GrainKeys.Name(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (former.State.IsMoved) return;
        await guard.RunAsync("prefixes", () => table.EnterAsync(Bucket, former.State.Claims, cancellationToken));
        await former.SaveAsync(BucketState.Moved);
    }

    public async Task Claim(string tenant, string[] prefixes, CancellationToken cancellationToken)
    {
        var ended = new HashSet<PrefixClaim>();
        while (await guard.RunAsync("prefixes", () => table.ClaimAsync(Bucket, tenant, prefixes, clock.GetUtcNow(), ended, cancellationToken)) is [_, ..] overlapping)
            foreach (var claim in overlapping)
                // Whatever is still there although it was struck, it is not free.
                if (!ended.Add(claim) || await StandsAsync(claim, cancellationToken))
                    throw new BrokerException(ErrorCode.Conflict, $"storage: a keyPrefix in bucket '{Bucket}' overlaps another tenant's.");
    }

    public Task Keep(string tenant, string[] prefixes, CancellationToken cancellationToken) =>
        guard.RunAsync("prefixes", () => table.KeepAsync(Bucket, tenant, prefixes, cancellationToken));

    /// <summary>A claim outlives a crash between it and the tenant; then its tenant does not name it.</summary>
    async Task<bool> StandsAsync(PrefixClaim claim, CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() - claim.At < Pending) return true;
        var owner = await GrainFactory.Tenant(claim.Tenant).Find(cancellationToken);
        return owner is not null && owner.Definition.Storage.Any(e => e.Bucket == Bucket && e.KeyPrefix == claim.Prefix);
    }
}
