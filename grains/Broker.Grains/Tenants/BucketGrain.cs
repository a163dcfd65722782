using Broker.Grains.Storage;

namespace Broker.Grains.Tenants;

/// <summary>One bucket: whose each prefix is. A prefix that overlaps another tenant's is refused.</summary>
[GrainType("bucket")]
sealed class BucketGrain(
    [PersistentState(BucketState.Name, GuardedGrainStorage.Name)] IPersistentState<BucketState> state, TimeProvider clock) : Grain, IBucketGrain
{
    /// <summary>A claim younger than this may be of a tenant that is about to be written.</summary>
    static readonly TimeSpan Pending = TimeSpan.FromMinutes(1);

    string Bucket => GrainKeys.Name(this.GetPrimaryKeyString());

    public async Task Claim(string tenant, string[] prefixes, CancellationToken cancellationToken)
    {
        var kept = new List<PrefixClaim>();
        foreach (var claim in state.State.Claims)
        {
            if (claim.Tenant == tenant || !prefixes.Any(prefix => KeyPrefix.Overlap(prefix, claim.Prefix))) kept.Add(claim);
            else if (await StandsAsync(claim, cancellationToken))
                throw new BrokerException(ErrorCode.Conflict, $"storage: a keyPrefix in bucket '{Bucket}' overlaps another tenant's.");
        }
        var now = clock.GetUtcNow();
        var own = kept.Where(c => c.Tenant == tenant).Select(c => c.Prefix).ToHashSet();
        kept.AddRange(prefixes.Where(prefix => !own.Contains(prefix)).Select(prefix => new PrefixClaim(tenant, prefix, now)));
        await SaveAsync(kept);
    }

    public Task Keep(string tenant, string[] prefixes, CancellationToken cancellationToken) =>
        SaveAsync([.. state.State.Claims.Where(c => c.Tenant != tenant || prefixes.Contains(c.Prefix))]);

    /// <summary>A claim outlives a crash between it and the tenant; then its tenant does not name it.</summary>
    async Task<bool> StandsAsync(PrefixClaim claim, CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() - claim.At < Pending) return true;
        var owner = await GrainFactory.Tenant(claim.Tenant).Find(cancellationToken);
        return owner is not null && owner.Definition.Storage.Any(e => e.Bucket == Bucket && e.KeyPrefix == claim.Prefix);
    }

    Task SaveAsync(List<PrefixClaim> claims) =>
        claims.SequenceEqual(state.State.Claims) ? Task.CompletedTask : state.SaveAsync(new() { Claims = [.. claims] });
}
