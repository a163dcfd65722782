namespace Broker;

/// <summary>A role's condition now. Its numbers count since its grain was activated.</summary>
/// <param name="State"><c>fresh</c>, <c>stale</c> (served, and renewed in the background), <c>none</c> (nothing is cached) or <c>failing</c> (the last refresh failed).</param>
/// <param name="Expiration">When the cached credentials end; null: none are cached.</param>
/// <param name="LastRefresh">When they were minted; null: none are cached.</param>
/// <param name="NextRefresh">When they are renewed without a request; null: not before somebody asks.</param>
/// <param name="LastError">Why the last refresh failed; null when it succeeded.</param>
/// <param name="Requests">How often credentials, URLs and forms were asked for; narrowed sessions apart, which have credentials of their own. What other API processes have answered by themselves is counted within some seconds.</param>
/// <param name="StsCalls">How often that took an attempt to mint.</param>
/// <param name="Version">The version of the settings.</param>
[GenerateSerializer, Immutable, Alias("Broker.RoleStatus")]
public sealed record RoleStatus(
    [property: Id(0)] string State,
    [property: Id(1)] DateTimeOffset? Expiration,
    [property: Id(2)] DateTimeOffset? LastRefresh,
    [property: Id(3)] DateTimeOffset? NextRefresh,
    [property: Id(4)] RoleError? LastError,
    [property: Id(5)] long Requests,
    [property: Id(6)] long StsCalls,
    [property: Id(7)] long Version)
{
    /// <summary>The calls of STS that the cache has spared.</summary>
    public long StsCallsSaved => Math.Max(0, Requests - StsCalls);
}

/// <summary>The outcome of a refresh that was asked for.</summary>
[GenerateSerializer, Immutable, Alias("Broker.RoleRefresh")]
public sealed record RoleRefresh([property: Id(0)] RoleStatus Status, [property: Id(1)] string AccessKeyId);

/// <summary>Why a refresh failed.</summary>
/// <param name="Code">The code that callers are answered.</param>
/// <param name="Message">A sentence, with STS's own code where it gave one.</param>
/// <param name="RequestId">STS's RequestId; null when STS gave none.</param>
/// <param name="At">When.</param>
[GenerateSerializer, Immutable, Alias("Broker.RoleError")]
public sealed record RoleError(
    [property: Id(0)] string Code,
    [property: Id(1)] string Message,
    [property: Id(2)] string? RequestId,
    [property: Id(3)] DateTimeOffset At);

/// <summary>What bounds how often a role is asked.</summary>
/// <param name="Tenant">Requests per second of the whole tenant in each API process; null: no limit.</param>
/// <param name="Role">Requests per second of the role in each API process; null: no limit.</param>
[GenerateSerializer, Immutable, Alias("Broker.RequestRates")]
public sealed record RequestRates([property: Id(0)] int? Tenant, [property: Id(1)] int? Role);
