namespace Broker.AlibabaCloud.Sts;

/// <summary>The parameters of STS's AssumeRole, version 2015-04-01.</summary>
/// <param name="RoleArn"><c>acs:ram::{account}:role/{name}</c>.</param>
/// <param name="RoleSessionName">2 to 64 of <c>A-Z a-z 0-9 . @ - _</c>; what the cloud's logs show.</param>
/// <param name="DurationSeconds">900 to the role's own maximum, at most 43,200.</param>
/// <param name="Policy">The session policy, at most 2,047 bytes; null: the session has all that the role has.</param>
/// <param name="ExternalId">What the role's trust policy asks for; null when it asks for none.</param>
public sealed record AssumeRoleRequest(string RoleArn, string RoleSessionName, int DurationSeconds, string? Policy, string? ExternalId);

/// <summary>What STS granted. Prints no secret.</summary>
/// <param name="AccessKeyId"><c>STS.…</c></param>
/// <param name="AccessKeySecret">Secret.</param>
/// <param name="SecurityToken">Secret; of no bounded length.</param>
/// <param name="Expiration">The end of the session by STS's clock.</param>
/// <param name="RequestId">STS's id of the call.</param>
public sealed record AssumedRole(string AccessKeyId, string AccessKeySecret, string SecurityToken, DateTimeOffset Expiration, string RequestId)
{
    /// <inheritdoc/>
    public override string ToString() => $"{AccessKeyId} until {Expiration:yyyy-MM-ddTHH:mm:ssZ}";
}
