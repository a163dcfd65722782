namespace Broker;

/// <summary>One set of STS credentials, immutable. Prints its AccessKeyId and end only.</summary>
/// <param name="AccessKeyId">The session's key, <c>STS.…</c>; not a secret, and what the cloud's logs name.</param>
/// <param name="AccessKeySecret">The session's secret.</param>
/// <param name="SecurityToken">The session's token; its length has no bound by contract.</param>
/// <param name="IssuedAt">When the broker received it.</param>
/// <param name="Expiration">When STS ends it, from STS's answer.</param>
/// <param name="Version">The version of the role's settings under which it was minted.</param>
[GenerateSerializer, Immutable, Alias("Broker.CredentialSnapshot")]
public sealed record CredentialSnapshot(
    [property: Id(0)] string AccessKeyId,
    [property: Id(1)] string AccessKeySecret,
    [property: Id(2)] string SecurityToken,
    [property: Id(3)] DateTimeOffset IssuedAt,
    [property: Id(4)] DateTimeOffset Expiration,
    [property: Id(5)] long Version)
{
    /// <summary>Below this they are never served.</summary>
    public static readonly TimeSpan ServiceFloor = TimeSpan.FromSeconds(60);

    // Alibaba Cloud's SDKs take 15 minutes or less for stale, and then ask on every call.
    static readonly TimeSpan ClientsStaleThreshold = TimeSpan.FromMinutes(16);

    /// <summary>The granted lifetime: from STS's Expiration, never from the request.</summary>
    public TimeSpan Lifetime => Expiration - IssuedAt;

    /// <summary>What is left of it.</summary>
    public TimeSpan Remaining(DateTimeOffset now) => Expiration - now;

    /// <summary>With less left than this, callers wait for new ones: 16 minutes or half of the lifetime, whichever is less.</summary>
    public TimeSpan MandatoryWindow => Lifetime / 2 < ClientsStaleThreshold ? Lifetime / 2 : ClientsStaleThreshold;

    /// <summary>Whether callers wait for new ones.</summary>
    public bool RefreshIsMandatory(DateTimeOffset now) => Remaining(now) < MandatoryWindow;

    /// <summary>Whether they are served at once to a caller who needs so much life.</summary>
    public bool Suffices(TimeSpan minRemaining, DateTimeOffset now) =>
        !RefreshIsMandatory(now) && Remaining(now) is var remaining && remaining >= minRemaining && remaining >= ServiceFloor;

    /// <inheritdoc/>
    public override string ToString() => $"{AccessKeyId} until {Expiration:yyyy-MM-ddTHH:mm:ssZ}";
}
