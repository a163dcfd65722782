using System.Security.Cryptography.X509Certificates;

namespace Broker.Api.Cluster;

/// <summary>
/// What a certificate makes of its holder. The name is that of a role and resolves to nothing: silos come and go at any
/// address, and without it each API process could join as a silo.
/// </summary>
/// <param name="Name">The DNS name that the certificate has as a subject alternative name.</param>
/// <param name="Usages">The extended key usages that it needs, as object identifiers.</param>
public sealed record ClusterRole(string Name, string[] Usages)
{
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>A silo: it accepts connections, and opens those to other silos.</summary>
    public static ClusterRole Silo { get; } = new("silo.broker.internal", [ServerAuthentication, ClientAuthentication]);

    /// <summary>An API process that runs alone: gateways accept it, silos' own ports do not.</summary>
    public static ClusterRole Client { get; } = new("client.broker.internal", [ClientAuthentication]);

    internal bool IsOf(X509Certificate2 certificate) => certificate.MatchesHostname(Name, allowWildcards: false, allowCommonName: false);
}
