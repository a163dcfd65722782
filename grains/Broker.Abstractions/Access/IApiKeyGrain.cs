using Orleans.Concurrency;

namespace Broker;

/// <summary>A stored API key: whose it is and the hash of its secret. The secret itself is nowhere.</summary>
/// <param name="Caller">Who calls with it.</param>
/// <param name="SecretHash">SHA-256 of the secret's text.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastUsedAt">When it was last used, to <see cref="UseResolution"/>; null: never.</param>
[GenerateSerializer, Immutable, Alias("Broker.ApiKeyRecord")]
public sealed record ApiKeyRecord(
    [property: Id(0)] Caller Caller,
    [property: Id(1)] byte[] SecretHash,
    [property: Id(2)] DateTimeOffset CreatedAt,
    [property: Id(3)] DateTimeOffset? LastUsedAt = null)
{
    /// <summary>Uses are stored no closer together than this: a row for each request would be the costliest part of it.</summary>
    public static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(5);
}

/// <summary>One API key; its key is <c>k/{keyId}</c>.</summary>
[Alias("Broker.IApiKeyGrain")]
public interface IApiKeyGrain : IGrainWithStringKey
{
    /// <summary>The key; null when there is none.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<ApiKeyRecord?> Find(CancellationToken cancellationToken);

    /// <summary>The same, for an API process, which may go by it for a while.</summary>
    [Alias("Lease"), AlwaysInterleave]
    Task<Leased<ApiKeyRecord>?> Lease(ILeaseHolder holder, CancellationToken cancellationToken);

    /// <summary>Makes the key. <see cref="ErrorCode.Conflict"/> when the id is taken by another.</summary>
    [Alias("Create")]
    Task Create(Caller maker, ApiKeyRecord record, CancellationToken cancellationToken);

    /// <summary>It was used; only who knows its secret says so.</summary>
    [Alias("Use"), OneWay]
    Task Use(DateTimeOffset at);

    /// <summary>Ends the key; <see cref="Settle"/> completes it. <see cref="ErrorCode.NotFound"/> when the tenant has no such key.</summary>
    [Alias("Revoke")]
    Task<ApiKeyRecord> Revoke(Caller caller, string tenant, CancellationToken cancellationToken);

    /// <summary>Ends the key because its tenant is deleted. Interleaves, because the tenant waits for it.</summary>
    [Alias("Drop"), AlwaysInterleave]
    Task Drop(Caller caller, string tenant, CancellationToken cancellationToken);

    /// <summary>After its end: waits until no API process goes by it.</summary>
    [Alias("Settle"), AlwaysInterleave]
    Task Settle(CancellationToken cancellationToken);
}
