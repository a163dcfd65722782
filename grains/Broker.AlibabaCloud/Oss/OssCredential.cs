namespace Broker.AlibabaCloud.Oss;

/// <summary>A key that signs OSS requests. Prints its AccessKeyId only.</summary>
/// <param name="AccessKeyId">Not a secret.</param>
/// <param name="AccessKeySecret">Secret.</param>
/// <param name="SecurityToken">Secret; null when the key is a long-lived one.</param>
public sealed record OssCredential(string AccessKeyId, string AccessKeySecret, string? SecurityToken)
{
    /// <inheritdoc/>
    public override string ToString() => AccessKeyId;
}
