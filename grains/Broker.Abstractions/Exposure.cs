namespace Broker;

/// <summary>A credential that was issued and still lives: STS cannot take one back.</summary>
/// <param name="Role">The role.</param>
/// <param name="AccessKeyId">The session's key, as the cloud's logs name it.</param>
/// <param name="Expiration">When STS ends it.</param>
/// <param name="Prefix">The full prefix that it reaches.</param>
[GenerateSerializer, Immutable, Alias("Broker.Exposure")]
public sealed record Exposure(
    [property: Id(0)] string Role,
    [property: Id(1)] string AccessKeyId,
    [property: Id(2)] DateTimeOffset Expiration,
    [property: Id(3)] string Prefix);
