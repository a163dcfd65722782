namespace Broker.AlibabaCloud.Sts;

/// <summary>A client of STS for each configured identity.</summary>
/// <param name="clients">By the identity's name.</param>
public sealed class StsClients(IReadOnlyDictionary<string, IStsClient> clients)
{
    /// <summary>The identities' names.</summary>
    public IReadOnlyCollection<string> Names { get; } = [.. clients.Keys];

    /// <summary>The one that calls as this identity.</summary>
    /// <exception cref="StsException">There is no such identity any more.</exception>
    public IStsClient As(string identity) =>
        clients.TryGetValue(identity, out var client) ? client : throw new StsException(StsFailure.IdentityRefused, "NoIdentity", $"No source identity '{identity}' is configured.");
}
