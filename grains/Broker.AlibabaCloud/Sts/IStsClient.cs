namespace Broker.AlibabaCloud.Sts;

/// <summary>Alibaba Cloud's Security Token Service.</summary>
public interface IStsClient
{
    /// <summary>One session. One attempt; one more, with fresh time and nonce, after a clock error, or with the key that has taken a refused one's place.</summary>
    /// <exception cref="StsException">STS refused, or did not answer in time.</exception>
    Task<AssumedRole> AssumeRoleAsync(AssumeRoleRequest request, CancellationToken cancellationToken);
}
