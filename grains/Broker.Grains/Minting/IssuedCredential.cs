namespace Broker.Grains.Minting;

/// <summary>One row of the record of what was issued: which keys are out, for what, until when. Holds no secret.</summary>
/// <param name="Role">The role.</param>
/// <param name="AccessKeyId">The session's key, as the cloud's logs name it.</param>
/// <param name="IssuedAt">When it was minted.</param>
/// <param name="Expiration">When STS ends it.</param>
/// <param name="Version">The version of the role's settings.</param>
/// <param name="Prefix">The full prefix that it reaches.</param>
public sealed record IssuedCredential(RoleKey Role, string AccessKeyId, DateTimeOffset IssuedAt, DateTimeOffset Expiration, long Version, string Prefix);

/// <summary>Where the record is kept.</summary>
public interface IIssuedStore
{
    /// <summary>Adds the row; once more with the same AccessKeyId changes nothing.</summary>
    Task AppendAsync(IssuedCredential issued, CancellationToken cancellationToken);

    /// <summary>The rows of a tenant that end after this, by their end.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="role">The role; null: all of the tenant.</param>
    /// <param name="moment">The moment.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<Exposure>> ReadAliveAsync(string tenant, string? role, DateTimeOffset moment, CancellationToken cancellationToken);

    /// <summary>Removes rows that ended before this.</summary>
    Task RemoveEndedBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken);
}
