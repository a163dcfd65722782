namespace Broker.AlibabaCloud.Sources;

/// <summary>The key of the configuration, as it stands at each reading.</summary>
/// <param name="section">The configuration section, for errors.</param>
/// <param name="options">Reads it.</param>
sealed class ConfiguredKey(string section, Func<IdentityOptions> options) : IIdentitySource
{
    public string Name => "configuration";

    public Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        var key = options();
        if (string.IsNullOrEmpty(key.AccessKeyId)) throw new SourceIdentityException($"{section}:AccessKeyId is missing or empty.");
        if (string.IsNullOrEmpty(key.AccessKeySecret)) throw new SourceIdentityException($"{section}:AccessKeySecret is missing or empty.");
        return Task.FromResult(new SourceIdentity(key.AccessKeyId, key.AccessKeySecret, string.IsNullOrEmpty(key.SecurityToken) ? null : key.SecurityToken));
    }
}
