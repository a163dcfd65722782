namespace Broker.AlibabaCloud.Sources;

/// <summary>The key that the broker itself signs with. Prints its AccessKeyId only.</summary>
/// <param name="AccessKeyId">Not a secret.</param>
/// <param name="AccessKeySecret">Secret.</param>
/// <param name="SecurityToken">Secret; null when the key is a long-lived one.</param>
public sealed record SourceIdentity(string AccessKeyId, string AccessKeySecret, string? SecurityToken)
{
    /// <inheritdoc/>
    public override string ToString() => AccessKeyId;
}

/// <summary>Where the broker's own key comes from.</summary>
public interface ISourceIdentityProvider
{
    /// <summary>The key to sign with now.</summary>
    ValueTask<SourceIdentity> GetAsync(CancellationToken cancellationToken);
}
