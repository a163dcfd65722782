using Broker.Silo.Hosting;
using Broker.Silo.Keys;

namespace Broker.Cluster;

/// <summary>Gives each process of a cluster its configuration. What they share is made when it is missing.</summary>
sealed class ClusterNodes
{
    readonly ClusterSettings _settings;
    readonly Dictionary<string, string?> _sts;
    readonly (int Silo, int Gateway)[] _ports;

    public ClusterNodes(ClusterSettings settings, Uri sts, string keyId, string keySecret)
    {
        _settings = settings;
        _sts = new()
        {
            ["AlibabaCloud:Sts:Endpoint"] = sts.ToString(),
            ["AlibabaCloud:Identity:AccessKeyId"] = keyId,
            ["AlibabaCloud:Identity:AccessKeySecret"] = keySecret,
        };
        _ports = [.. FreePorts.Find(settings.Silos * 2).Chunk(2).Select(pair => (pair[0], pair[1]))];
        MasterKeys.Load(new(), settings.Data, production: false);
    }

    public ClusterNode[] Silos() => [.. Enumerable.Range(1, _settings.Silos).Select(number => Node($"silo-{number}", "silo/Broker.Silo", new(_sts)
    {
        ["SiloPort"] = $"{_ports[number - 1].Silo}",
        ["GatewayPort"] = $"{_ports[number - 1].Gateway}",
        ["DataDirectory"] = Path.Combine(_settings.Data, $"silo-{number}"),
        ["MasterKeyFile"] = Path.Combine(_settings.Data, MasterKeys.DevelopmentFile),
        ["Postgres:ConnectionString"] = _settings.Postgres,
        ["Postgres:MigrationConnectionString"] = _settings.PostgresOwner,
    }))];

    public ClusterNode[] ApiTier() => [.. Enumerable.Range(1, _settings.ApiTier).Select(number => Node($"api-{number}", "api/Broker.Api",
        new(_ports.Select((ports, i) => KeyValuePair.Create($"Orleans:Gateways:{i}", (string?)$"127.0.0.1:{ports.Gateway}")))))];

    ClusterNode Node(string name, string project, Dictionary<string, string?> settings)
    {
        settings["AdminKey"] = _settings.AdminKey;
        settings["Audit:Writer"] = name;
        return new(name, project, Path.Combine(_settings.Data, $"{name}.log"), settings);
    }
}
