using Broker.Bench.Figures;
using Broker.Bench.Servers;
using Broker.Bench.Serving;

namespace Broker.Bench.Cases;

/// <summary>A case whose server runs, and whose requests are written down.</summary>
/// <param name="Case">The case.</param>
/// <param name="Server">Its server.</param>
/// <param name="Requests">The file of its requests.</param>
sealed record PreparedCase(LoadCase Case, Server Server, string Requests)
{
    public static async Task<PreparedCase> MakeAsync(LoadCase one, RunningServers servers, string data, CancellationToken cancellationToken)
    {
        var server = await servers.GetAsync(one.Server, cancellationToken);
        var requests = Path.Combine(data, $"{one.Name}.requests");
        if (one.Roles == 0) await File.WriteAllTextAsync(requests, $"GET {SampleCloud.Path} - -\n", cancellationToken);
        else
        {
            // Bare Kestrel is sent what the broker is sent.
            var broker = one.Server == ServerNames.Kestrel ? ServerNames.Broker : one.Server;
            await WriteAsync(requests, one, await servers.WarmRolesAsync(broker, one.Roles, cancellationToken), cancellationToken);
        }
        return new(one, server, requests);
    }

    /// <summary>Writes down what is asked of these roles.</summary>
    public static async Task WriteAsync(string requests, LoadCase one, IEnumerable<BenchRole> roles, CancellationToken cancellationToken)
    {
        var body = one.Body is null ? "-" : $"{requests}.body";
        if (one.Body is not null) await File.WriteAllTextAsync(body, one.Body, cancellationToken);
        var method = one.Body is null ? "GET" : "POST";
        await File.WriteAllLinesAsync(requests, roles.Select(role => $"{method} {role.Path}/{one.Ask} {role.Key} {body}"), cancellationToken);
    }

    /// <summary>One round of it.</summary>
    public async Task<Measurement> MeasureAsync(Cloud cloud, int seconds, CancellationToken cancellationToken)
    {
        if (Case.StsMilliseconds > 0) await cloud.DelayAsync(Case.StsMilliseconds, cancellationToken);
        var (calls, processor) = (await cloud.AssumeRolesAsync(cancellationToken), ProcessorTime.Of(Server.ProcessIds));
        var load = await Wrk.RunAsync(Server.Address, Requests, Case.Connections, seconds, cancellationToken);
        var measured = new Measurement(load, ProcessorTime.Of(Server.ProcessIds) - processor, await cloud.SettledAssumeRolesAsync(cancellationToken) - calls);
        if (Case.StsMilliseconds > 0) await cloud.DelayAsync(0, cancellationToken);
        return measured;
    }
}
