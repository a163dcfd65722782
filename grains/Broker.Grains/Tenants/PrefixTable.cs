namespace Broker.Grains.Tenants;

/// <summary>The table of claims: whose each prefix of a bucket is. What a change costs does not grow with the claims that a bucket has.</summary>
public interface IPrefixTable
{
    /// <summary>
    /// Claims the prefixes for the tenant, and strikes what has ended: all of it, or nothing where another tenant's claim overlaps.
    /// Of two that claim at once, from whatever process, the second finds the claims of the first.
    /// </summary>
    /// <param name="bucket">Where.</param>
    /// <param name="tenant">Whose they become; what it has claimed already stays, and counts as claimed now.</param>
    /// <param name="prefixes">The prefixes.</param>
    /// <param name="at">Now.</param>
    /// <param name="ended">Other tenants' claims that do not stand. One that was claimed anew meanwhile is not struck.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Other tenants' claims that overlap, if not all of them; none: it is done.</returns>
    Task<IReadOnlyList<PrefixClaim>> ClaimAsync(string bucket, string tenant, string[] prefixes, DateTimeOffset at, IEnumerable<PrefixClaim> ended, CancellationToken cancellationToken);

    /// <summary>Strikes all of the tenant's claims in the bucket but those of these prefixes.</summary>
    Task KeepAsync(string bucket, string tenant, string[] prefixes, CancellationToken cancellationToken);

    /// <summary>Enters claims as they are; one that is there already stays.</summary>
    Task EnterAsync(string bucket, IEnumerable<PrefixClaim> claims, CancellationToken cancellationToken);
}
