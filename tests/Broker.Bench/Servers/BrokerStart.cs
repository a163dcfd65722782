using System.Net;
using System.Net.Sockets;
using Broker.Bench.Serving;
using Broker.Cluster;

namespace Broker.Bench.Servers;

/// <summary>Starts brokers: each a silo with a database of its own, and its API in the same process or in one beside it.</summary>
/// <param name="data">The directory of the run.</param>
/// <param name="cloud">STS and OSS.</param>
/// <param name="adminKey">The administrator's key of all of them.</param>
sealed class BrokerStart(string data, Cloud cloud, string adminKey)
{
    // Everybody's calls and renewals at once: nothing here is about the budget.
    const string AssumeRolesPerSecond = "10000", Burst = "1000";

    /// <summary>The silo with the API in its process.</summary>
    /// <param name="name">Names its directory.</param>
    /// <param name="command">How the silo is run.</param>
    /// <param name="settings">What it is told besides.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Server> CoHostedAsync(string name, string[] command, IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancellationToken)
    {
        var silo = await StartAsync($"{name}-silo", command, [.. OfSilo(name, 0), .. settings], cancellationToken);
        return new(await PublicOfAsync(silo, cancellationToken), [silo]);
    }

    /// <summary>The silo and an API process, with mutual TLS between them as Production demands it.</summary>
    public async Task<Server> WithApiProcessAsync(string name, CancellationToken cancellationToken)
    {
        var certificates = new ClusterCertificates(Path.Combine(data, $"{name}-tls"));
        var gateway = FreePort();
        var silo = await StartAsync($"{name}-silo", Programs.BrokerSilo(), [.. OfSilo(name, gateway), .. certificates.OfSilo], cancellationToken);
        var api = await StartAsync($"{name}-api", Programs.BrokerApi(), [new("Orleans:Gateways:0", $"127.0.0.1:{gateway}"), .. certificates.OfClient], cancellationToken);
        return new(await PublicOfAsync(api, cancellationToken), [silo, api]);
    }

    Task<ServerProcess> StartAsync(string name, string[] command, IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(command, [.. Common(name), .. settings], Path.Combine(data, $"{name}.log"), cancellationToken);

    /// <summary>What a silo of this name is told, which may find its own ports.</summary>
    public IEnumerable<KeyValuePair<string, string?>> SettingsOf(string name) => [.. Common(name), .. OfSilo(name, 0)];

    KeyValuePair<string, string?>[] Common(string name) =>
    [
        // Production would refuse plain http to the emulated STS; Development adds pages and checks that Production has not.
        new("DOTNET_ENVIRONMENT", "Staging"),
        new("Logging:Console:FormatterName", "simple"),
        new("Kestrel:Endpoints:Public:Url", "http://127.0.0.1:0"),
        new("Management:Url", "http://127.0.0.1:0"),
        new("DrainSeconds", "0"),
        new("AdminKey", adminKey),
        new("Audit:Writer", name),
    ];

    KeyValuePair<string, string?>[] OfSilo(string name, int gateway) =>
    [
        new("DataDirectory", Path.Combine(data, name)),
        new("SiloPort", "0"),
        new("GatewayPort", $"{gateway}"),
        new("AlibabaCloud:Sts:Endpoint", cloud.Sts.ToString()),
        new("AlibabaCloud:Identity:AccessKeyId", EmulatedCloud.KeyId),
        new("AlibabaCloud:Identity:AccessKeySecret", EmulatedCloud.KeySecret),
        new("StsBudget:RatePerSecond", AssumeRolesPerSecond),
        new("StsBudget:Burst", Burst),
        new("StsBudget:RenewalBurst", Burst),
    ];

    /// <summary>Of its two listeners, the one that does not answer operators.</summary>
    static async Task<Uri> PublicOfAsync(ServerProcess process, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        foreach (var address in process.Addresses)
            using (var response = await http.GetAsync(new Uri(address, "/readyz"), cancellationToken))
                if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable)) return address;
        throw new InvalidOperationException("The broker has no public listener.");
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
