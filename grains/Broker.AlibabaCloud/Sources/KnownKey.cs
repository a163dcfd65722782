namespace Broker.AlibabaCloud.Sources;

/// <summary>A key that has been read already.</summary>
sealed class KnownKey(string name, SourceIdentity identity) : IIdentitySource
{
    public string Name => name;

    public Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(identity);
}
