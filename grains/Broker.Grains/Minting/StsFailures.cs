using Broker.AlibabaCloud.Sts;

namespace Broker.Grains.Minting;

/// <summary>What callers are told of a failed call of STS.</summary>
static class StsFailures
{
    public static BrokerException ForCallers(StsException failure)
    {
        var (code, detail) = failure.Failure switch
        {
            StsFailure.RoleRefused => (ErrorCode.StsRejected, $"STS refuses this role: {failure.Code}."),
            // Why it cannot be had names files and variables, which are the operators' affair: their log says it.
            StsFailure.IdentityRefused when failure.StsCode is null => (ErrorCode.SourceIdentityRejected, "The broker's own identity cannot be had."),
            StsFailure.IdentityRefused => (ErrorCode.SourceIdentityRejected, $"STS refuses the broker's own identity: {failure.Code}."),
            StsFailure.Throttled => (ErrorCode.StsThrottled, "STS throttles the account."),
            StsFailure.Clock => (ErrorCode.ClockSkew, $"STS refuses the broker's clock: {failure.Code}."),
            _ => (ErrorCode.StsUnavailable, failure.Message),
        };
        return new(code, detail) { RetryAfter = failure.RetryAfter, StsCode = failure.StsCode, StsRequestId = failure.RequestId };
    }
}
