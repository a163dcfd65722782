using Broker.Silo.Hosting;
using Broker.Silo.Keys;

namespace Broker.Cluster;

/// <summary>Gives each process of a cluster its configuration. What they share is made when it is missing.</summary>
sealed class ClusterNodes
{
    readonly ClusterSettings _settings;
    readonly ClusterCertificates _certificates;
    readonly (int Silo, int Gateway)[] _ports;

    public ClusterNodes(ClusterSettings settings)
    {
        _settings = settings;
        _ports = [.. FreePorts.Find(settings.Silos * 2).Chunk(2).Select(pair => (pair[0], pair[1]))];
        _certificates = new(Path.Combine(settings.Data, "tls"));
        MasterKeys.Load(new(), settings.Data, production: false);
    }

    /// <param name="sts">Where STS is.</param>
    /// <param name="keyId">The AccessKey that it knows.</param>
    /// <param name="keySecret">Its secret.</param>
    public ClusterNode[] Silos(Uri sts, string keyId, string keySecret) => [.. _ports.Select((ports, i) => Node($"silo-{i + 1}", "silo/Broker.Silo",
    [
        new("SiloPort", $"{ports.Silo}"),
        new("GatewayPort", $"{ports.Gateway}"),
        new("DataDirectory", Path.Combine(_settings.Data, $"silo-{i + 1}")),
        new("MasterKeyFile", Path.Combine(_settings.Data, MasterKeys.DevelopmentFile)),
        new("Postgres:ConnectionString", _settings.Postgres),
        new("Postgres:MigrationConnectionString", _settings.PostgresOwner),
        new("AlibabaCloud:Sts:Endpoint", sts.ToString()),
        new("AlibabaCloud:Identity:AccessKeyId", keyId),
        new("AlibabaCloud:Identity:AccessKeySecret", keySecret),
        .. _certificates.OfSilo,
        .. _settings.OfSilo(i + 1),
    ], _settings.NetworkOf(i + 1)))];

    public ClusterNode[] ApiTier() => [.. Enumerable.Range(1, _settings.ApiTier).Select(number => Node($"api-{number}", "api/Broker.Api",
    [
        .. _ports.Select((ports, i) => KeyValuePair.Create($"Orleans:Gateways:{i}", (string?)$"127.0.0.1:{ports.Gateway}")),
        .. _certificates.OfClient,
    ]))];

    ClusterNode Node(string name, string project, KeyValuePair<string, string?>[] settings, string? network = null) =>
        new(name, project, Path.Combine(_settings.Data, $"{name}.log"), [.. settings, new("AdminKey", _settings.AdminKey), new("Audit:Writer", name)], network);
}
