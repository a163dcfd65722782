namespace Broker.AlibabaCloud.Sources;

/// <summary>The key that the broker itself signs with. Prints its AccessKeyId only.</summary>
/// <param name="AccessKeyId">Not a secret.</param>
/// <param name="AccessKeySecret">Secret.</param>
/// <param name="SecurityToken">Secret; null when the key is a long-lived one.</param>
/// <param name="Expiration">Its end; null: none, or its source does not say.</param>
public sealed record SourceIdentity(string AccessKeyId, string AccessKeySecret, string? SecurityToken, DateTimeOffset? Expiration = null)
{
    /// <inheritdoc/>
    public override string ToString() => AccessKeyId;
}

/// <summary>Where the broker's own key comes from.</summary>
public interface ISourceIdentityProvider
{
    /// <summary>The key to sign with now.</summary>
    /// <exception cref="SourceIdentityException">There is none.</exception>
    ValueTask<SourceIdentity> GetAsync(CancellationToken cancellationToken);

    /// <summary>STS has refused this key. The one that has taken its place by now; null: none has.</summary>
    ValueTask<SourceIdentity?> ReplaceAsync(SourceIdentity refused, CancellationToken cancellationToken) => new((SourceIdentity?)null);
}

/// <summary>A place where a key can be. Each reading is a new one.</summary>
public interface IIdentitySource
{
    /// <summary>The vendor's name of it, such as <c>oidc_role_arn</c>.</summary>
    string Name { get; }

    /// <summary>The key that is there now.</summary>
    /// <exception cref="SourceIdentityException">There is none, or none that can be used.</exception>
    Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>The broker's own key cannot be had.</summary>
/// <param name="message">Names the variable, or the file and the field, and the rule; never a secret.</param>
public sealed class SourceIdentityException(string message) : Exception(message);
