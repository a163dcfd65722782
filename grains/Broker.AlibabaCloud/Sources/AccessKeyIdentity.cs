namespace Broker.AlibabaCloud.Sources;

/// <summary>The broker's own AccessKey. Configuration section <c>AlibabaCloud:Identity</c>.</summary>
public sealed class AccessKeyOptions
{
    /// <summary>The AccessKey's id. Null (default): <c>ALIBABA_CLOUD_ACCESS_KEY_ID</c>.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>Its secret. Null (default): <c>ALIBABA_CLOUD_ACCESS_KEY_SECRET</c>.</summary>
    public string? AccessKeySecret { get; set; }

    /// <summary>The token of a key that is itself temporary. Null (default): <c>ALIBABA_CLOUD_SECURITY_TOKEN</c>, or none.</summary>
    public string? SecurityToken { get; set; }
}

/// <summary>The AccessKey of the configuration, else of the environment variables that Alibaba Cloud's SDKs read.</summary>
public sealed class AccessKeyIdentity : ISourceIdentityProvider
{
    readonly SourceIdentity _identity;

    /// <param name="options">The configuration.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="InvalidOperationException">Neither names a whole key.</exception>
    public AccessKeyIdentity(AccessKeyOptions options, Func<string, string?> environment)
    {
        // A key is taken whole from one place: the id of one and the secret of another would only fail at STS.
        var configured = options.AccessKeyId is { Length: > 0 };
        var id = configured ? options.AccessKeyId : environment("ALIBABA_CLOUD_ACCESS_KEY_ID");
        var secret = configured ? options.AccessKeySecret : environment("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
        var token = configured ? options.SecurityToken : environment("ALIBABA_CLOUD_SECURITY_TOKEN");
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(secret))
            throw new InvalidOperationException(
                "The broker has no AccessKey of its own. Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, " +
                "or AlibabaCloud:Identity:AccessKeyId and AlibabaCloud:Identity:AccessKeySecret.");
        _identity = new(id, secret, string.IsNullOrEmpty(token) ? null : token);
    }

    /// <inheritdoc/>
    public ValueTask<SourceIdentity> GetAsync(CancellationToken cancellationToken) => new(_identity);
}
