using System.Security.Cryptography;
using Broker.Bench.Cases;
using Broker.Bench.Serving;

namespace Broker.Bench.Servers;

/// <summary>The servers of a run, each started when a case first needs it. All of them stop when it is disposed of.</summary>
/// <param name="data">The directory of the run.</param>
/// <param name="cloud">STS and OSS.</param>
sealed class RunningServers(string data, Cloud cloud) : IAsyncDisposable
{
    readonly string _adminKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
    readonly Dictionary<string, Server> _started = [];
    readonly Dictionary<(string Server, int Count), BenchRole[]> _roles = [];

    /// <summary>How brokers are set up.</summary>
    public BrokerStart Brokers => new(data, cloud, _adminKey);

    /// <summary>The server, running.</summary>
    public async Task<Server> GetAsync(string name, CancellationToken cancellationToken) =>
        _started.TryGetValue(name, out var server) ? server : _started[name] = await StartAsync(name, cancellationToken);

    /// <summary>So many roles of a broker, with credentials.</summary>
    public async Task<BenchRole[]> WarmRolesAsync(string name, int count, CancellationToken cancellationToken)
    {
        if (_roles.TryGetValue((name, count), out var known)) return known;
        using var administrator = await AdministratorAsync(name, cancellationToken);
        var roles = await administrator.MakeRolesAsync($"warm-{count}", count, cancellationToken);
        await administrator.WarmAsync(roles, cancellationToken);
        return _roles[(name, count)] = roles;
    }

    /// <summary>The administrator of a broker.</summary>
    public async Task<Administrator> AdministratorAsync(string name, CancellationToken cancellationToken) =>
        new((await GetAsync(name, cancellationToken)).Address, _adminKey, cloud.Oss);

    public async ValueTask DisposeAsync() => await Task.WhenAll(_started.Values.Select(server => server.DisposeAsync().AsTask()));

    Task<Server> StartAsync(string name, CancellationToken cancellationToken)
    {
        var brokers = Brokers;
        return name switch
        {
            ServerNames.Kestrel => StartKestrelAsync(cancellationToken),
            ServerNames.SampleCSharp => StartAsync(name, Programs.Served(GuideSample.Name, cloud.Sts.ToString()), cancellationToken),
            ServerNames.SampleNode => StartAsync(name, Programs.NodeSample(
                cloud.Sts.GetLeftPart(UriPartial.Authority), EmulatedCloud.KeyId, EmulatedCloud.KeySecret, SampleCloud.RoleArn, SampleCloud.Path), cancellationToken),
            ServerNames.Broker or ServerNames.BrokerWithMetrics => brokers.CoHostedAsync(name, Programs.BrokerSilo(), [], cancellationToken),
            ServerNames.BrokerApi => brokers.WithApiProcessAsync(name, cancellationToken),
            ServerNames.BrokerWithoutMetrics => brokers.CoHostedAsync(name, Programs.BrokerSiloWithoutMetrics(data), [], cancellationToken),
            ServerNames.BrokerTraced => StartTracedAsync(brokers, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No server."),
        };
    }

    async Task<Server> StartAsync(string name, string[] command, CancellationToken cancellationToken)
    {
        var process = await ServerProcess.StartAsync(command, [], Path.Combine(data, $"{name}.log"), cancellationToken);
        return new(process.Addresses[0], [process]);
    }

    /// <summary>With the answers of the broker to the very requests that it is asked.</summary>
    async Task<Server> StartKestrelAsync(CancellationToken cancellationToken)
    {
        var role = (await WarmRolesAsync(ServerNames.Broker, 1, cancellationToken))[0];
        using var administrator = await AdministratorAsync(ServerNames.Broker, cancellationToken);
        var answers = Directory.CreateDirectory(Path.Combine(data, "answers")).FullName;
        foreach (var limit in LoadCase.All.Where(one => one.Server == ServerNames.Kestrel))
        {
            using var response = await administrator.AskAsync(role, limit.Ask, limit.Body, cancellationToken);
            (await RecordedAnswer.OfAsync(response, cancellationToken)).Write(Path.Combine(answers, limit.Ask));
        }
        return await StartAsync(ServerNames.Kestrel, Programs.Served(BareKestrel.Name, answers), cancellationToken);
    }

    /// <summary>A hundredth of all traces goes to a collector that forgets them.</summary>
    async Task<Server> StartTracedAsync(BrokerStart brokers, CancellationToken cancellationToken)
    {
        var sink = _started[TelemetrySink.Name] = await StartAsync(TelemetrySink.Name, Programs.Served(TelemetrySink.Name), cancellationToken);
        return await brokers.CoHostedAsync(ServerNames.BrokerTraced, Programs.BrokerSilo(),
        [
            new("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", new Uri(sink.Address, "/v1/traces").ToString()),
            new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            new("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
            new("OTEL_TRACES_SAMPLER_ARG", "0.01"),
        ], cancellationToken);
    }
}
