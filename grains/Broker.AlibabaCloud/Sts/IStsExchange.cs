using Broker.AlibabaCloud.Sources;

namespace Broker.AlibabaCloud.Sts;

/// <summary>Calls of STS, each by the key that is given.</summary>
public interface IStsExchange
{
    /// <summary>AssumeRole. One attempt; one more, with fresh time and nonce, after a clock error.</summary>
    /// <exception cref="StsException">STS refused, or did not answer in time.</exception>
    Task<AssumedRole> AssumeRoleAsync(AssumeRoleRequest request, SourceIdentity caller, CancellationToken cancellationToken);
}
