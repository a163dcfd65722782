using Broker.Bench.Figures;
using Broker.Bench.Servers;

namespace Broker.Bench.Cases;

/// <summary>How often STS is called for 100,000 requests on 100 roles: by the broker, and by the guide's sample.</summary>
sealed class AssumeRoleCount(RunningServers servers, Cloud cloud, string data)
{
    const int Roles = 100, Requests = 100_000;

    /// <param name="seconds">How long the sample is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<CountFigures> RunAsync(int seconds, CancellationToken cancellationToken)
    {
        var (requests, calls) = await AskBrokerAsync(seconds, cancellationToken);
        var sample = await PreparedCase.MakeAsync(new("count-sample", ServerNames.SampleCSharp, Roles: 0), servers, data, cancellationToken);
        var measured = await sample.MeasureAsync(cloud, seconds, cancellationToken);
        return new(Roles, requests, calls, measured.Load.Requests, measured.AssumeRoles, Requests);
    }

    /// <summary>From cold roles on, for as long as so many requests take.</summary>
    async Task<(long Requests, long Calls)> AskBrokerAsync(int seconds, CancellationToken cancellationToken)
    {
        var broker = new LoadCase("count-broker", ServerNames.Broker, Roles);
        using var administrator = await servers.AdministratorAsync(broker.Server, cancellationToken);
        var file = Path.Combine(data, $"{broker.Name}.requests");
        await PreparedCase.WriteAsync(file, broker, await administrator.MakeRolesAsync("count", Roles, cancellationToken), cancellationToken);
        var prepared = new PreparedCase(broker, await servers.GetAsync(broker.Server, cancellationToken), file);
        var (requests, calls) = (0L, 0L);
        while (requests < Requests)
        {
            var measured = await prepared.MeasureAsync(cloud, seconds, cancellationToken);
            if (measured.Load.Errors > 0) throw new InvalidOperationException($"{CaseNames.AssumeRoleCount}: {measured.Load.Errors} requests were not answered well.");
            (requests, calls) = (requests + measured.Load.Requests, calls + measured.AssumeRoles);
        }
        return (requests, calls);
    }
}
