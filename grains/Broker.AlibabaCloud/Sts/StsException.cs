namespace Broker.AlibabaCloud.Sts;

/// <summary>How a failed call is to be treated.</summary>
public enum StsFailure
{
    /// <summary>STS refuses this role or these parameters; trying again changes nothing until somebody edits something.</summary>
    RoleRefused,
    /// <summary>STS refuses the caller's own identity: every role of it is concerned.</summary>
    IdentityRefused,
    /// <summary>Too many calls.</summary>
    Throttled,
    /// <summary>The clocks disagree, or the nonce was taken; once with fresh ones may do.</summary>
    Clock,
    /// <summary>Slow, down, or not STS at all; trying again later may do.</summary>
    Unavailable,
}

/// <summary>A call to STS failed. Its texts hold STS's code, never the request or a secret.</summary>
/// <param name="failure">How to treat it.</param>
/// <param name="code">STS's code, or one of <c>Timeout</c>, <c>Connection</c>, <c>NotJson</c>, <c>Unusable</c>, <c>NoIdentity</c>.</param>
/// <param name="message">A sentence.</param>
public sealed class StsException(StsFailure failure, string code, string message) : Exception(message)
{
    /// <summary>How to treat it.</summary>
    public StsFailure Failure { get; } = failure;

    /// <summary>STS's code, or one of <c>Timeout</c>, <c>Connection</c>, <c>NotJson</c>, <c>Unusable</c>, <c>NoIdentity</c>.</summary>
    public string Code { get; } = code;

    /// <summary>The code where it is STS's; null where it is ours.</summary>
    public string? StsCode => Code is "Timeout" or "Connection" or "NotJson" or "Unusable" or "NoIdentity" ? null : Code;

    /// <summary>STS's id of the call; null when it gave none.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long STS asks callers to stay away (<c>x-acs-retry-after</c>, milliseconds); null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
