using Broker.Bench.Figures;
using Broker.Bench.Servers;

namespace Broker.Bench.Cases;

/// <summary>Many callers at once of roles that nobody has asked for before.</summary>
sealed class ColdHerd(RunningServers servers, Cloud cloud)
{
    const int Roles = 100, CallersOfRole = 10;

    /// <summary>One herd for each round, each of roles of its own.</summary>
    public async Task<HerdFigures> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        using var administrator = await servers.AdministratorAsync(ServerNames.Broker, cancellationToken);
        var (milliseconds, calls) = (new List<double>(), new List<double>());
        // The first is the callers' own warm-up.
        for (var round = 0; round <= rounds; round++)
        {
            var roles = await administrator.MakeRolesAsync($"herd-{round}", Roles, cancellationToken);
            var before = await cloud.AssumeRolesAsync(cancellationToken);
            var took = await ServeAsync(administrator, roles, cancellationToken);
            if (round == 0) continue;
            milliseconds.Add(took.TotalMilliseconds);
            calls.Add((await cloud.AssumeRolesAsync(cancellationToken) - before) / (double)Roles);
        }
        return new(Roles, Roles * CallersOfRole, new(milliseconds), new(calls));
    }

    /// <summary>How long it takes until all are answered; each must be, and well.</summary>
    static async Task<TimeSpan> ServeAsync(Administrator administrator, BenchRole[] roles, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Repeat(roles, CallersOfRole).SelectMany(all => all).Select(async role =>
        {
            using var response = await administrator.GetCredentialsAsync(role, cancellationToken);
        }));
        return TimeProvider.System.GetElapsedTime(began);
    }
}
