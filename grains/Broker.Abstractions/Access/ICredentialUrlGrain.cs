using Orleans.Concurrency;

namespace Broker;

/// <summary>A stored credential URL.</summary>
/// <param name="Role">What it answers credentials of.</param>
/// <param name="SecretHash">SHA-256 of the secret's text.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="AllowedNetworks">CIDR blocks from which it answers; empty: from everywhere.</param>
/// <param name="MadeBy">The id of the caller that made it; it dies with that key, or when nobody trusts the OIDC issuer of that subject any more.</param>
/// <param name="CreatedAt">When it was made.</param>
[GenerateSerializer, Immutable, Alias("Broker.CredentialUrlRecord")]
public sealed record CredentialUrlRecord(
    [property: Id(0)] RoleKey Role,
    [property: Id(1)] byte[] SecretHash,
    [property: Id(2)] DateTimeOffset ExpiresAt,
    [property: Id(3)] string[] AllowedNetworks,
    [property: Id(4)] string MadeBy,
    [property: Id(5)] DateTimeOffset CreatedAt);

/// <summary>One credential URL; its key is <c>u/{id}</c>.</summary>
[Alias("Broker.ICredentialUrlGrain")]
public interface ICredentialUrlGrain : IGrainWithStringKey
{
    /// <summary>The URL; null when there is none.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<CredentialUrlRecord?> Find(CancellationToken cancellationToken);

    /// <summary>The same, for an API process, which may go by it for a while.</summary>
    [Alias("Lease"), AlwaysInterleave]
    Task<Leased<CredentialUrlRecord>?> Lease(ILeaseHolder holder, CancellationToken cancellationToken);

    /// <summary>Makes the URL. <see cref="ErrorCode.NotFound"/> when there is no such role.</summary>
    [Alias("Create")]
    Task Create(Caller maker, CredentialUrlRecord record, CancellationToken cancellationToken);

    /// <summary>Ends the URL; <see cref="Settle"/> completes it. <see cref="ErrorCode.NotFound"/> when the role has no such URL.</summary>
    [Alias("Revoke")]
    Task Revoke(Caller caller, RoleKey role, CancellationToken cancellationToken);

    /// <summary>Ends the URL because its role is deleted. Interleaves, because the tenant waits for it.</summary>
    [Alias("Drop"), AlwaysInterleave]
    Task Drop(Caller caller, RoleKey role, CancellationToken cancellationToken);

    /// <summary>After its end: waits until no API process goes by it.</summary>
    [Alias("Settle"), AlwaysInterleave]
    Task Settle(CancellationToken cancellationToken);
}
