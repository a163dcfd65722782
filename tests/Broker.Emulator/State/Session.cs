namespace Broker.Emulator.State;

/// <summary>A session that STS granted. Prints its AccessKeyId only.</summary>
public sealed record Session(string AccessKeyId, string AccessKeySecret, string SecurityToken, DateTimeOffset Expiration, string RoleArn, string SessionName, string? Policy)
{
    /// <inheritdoc/>
    public override string ToString() => AccessKeyId;
}

/// <summary>A RAM role.</summary>
/// <param name="Arn">Its name.</param>
/// <param name="ExternalId">What its trust policy asks for; null: nothing.</param>
/// <param name="Policy">What it may do, as JSON; null: everything in OSS.</param>
/// <param name="MaxSessionSeconds">The longest session.</param>
/// <param name="Exists">False: STS knows no such role.</param>
public sealed record Role(string Arn, string? ExternalId = null, string? Policy = null, int MaxSessionSeconds = 43_200, bool Exists = true);

/// <summary>A bucket.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Region">Its region.</param>
/// <param name="Cname">A host of its own; null: none.</param>
public sealed record Bucket(string Name, string Region, string? Cname = null);
