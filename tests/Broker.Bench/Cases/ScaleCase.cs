using System.Globalization;
using System.Text.Json;
using Broker.Bench.Figures;
using Broker.Bench.Scale;
using Broker.Bench.Servers;
using Broker.Cluster;

namespace Broker.Bench.Cases;

/// <summary>Many roles in a silo of their own, on each database.</summary>
/// <param name="servers">Knows how brokers are set up.</param>
/// <param name="cloud">STS and OSS.</param>
/// <param name="data">The directory of the run.</param>
sealed class ScaleCase(RunningServers servers, Cloud cloud, string data)
{
    const int Roles = 10_000, LargeRoles = 100_000;

    /// <summary>On each database that is wanted.</summary>
    public async Task<IReadOnlyList<ScaleFigures>> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        var roles = options.Large ? LargeRoles : Roles;
        var figures = new List<ScaleFigures>();
        if (options.Wants(CaseNames.ScaleSqlite)) figures.Add(await RunAsync(CaseNames.ScaleSqlite, roles, [], cancellationToken));
        if (options.Wants(CaseNames.ScalePostgres)) figures.Add(await RunOnPostgresAsync(roles, cancellationToken));
        return figures;
    }

    async Task<ScaleFigures> RunOnPostgresAsync(int roles, CancellationToken cancellationToken)
    {
        await using var server = new PostgresScript(Path.Combine(data, "postgres"));
        var superuser = await server.StartAsync();
        await PostgresSetup.ApplyAsync(superuser, cancellationToken);
        string As(string user) => PostgresSetup.As(superuser, PostgresSetup.Database, user);
        return await RunAsync(CaseNames.ScalePostgres, roles,
            [new("Postgres:ConnectionString", As(PostgresSetup.User)), new("Postgres:MigrationConnectionString", As(PostgresSetup.Owner))], cancellationToken);
    }

    async Task<ScaleFigures> RunAsync(string name, int roles, IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancellationToken)
    {
        var file = Path.Combine(data, $"{name}.json");
        var calls = await cloud.AssumeRolesAsync(cancellationToken);
        var output = new ProcessOutput(Path.Combine(data, $"{name}.log"));
        var (process, ended) = output.Start(
            Programs.Served(ScaleProgram.Name, roles.ToString(CultureInfo.InvariantCulture), file), [.. servers.Brokers.SettingsOf(name), .. settings]);
        using (process)
        {
            try
            {
                if (await ended.WaitAsync(cancellationToken) != 0) throw new InvalidOperationException($"{name} has failed: {output.Last}");
            }
            finally
            {
                if (!process.HasExited) process.Kill();
            }
        }
        var silo = JsonSerializer.Deserialize<SiloFigures>(await File.ReadAllBytesAsync(file, cancellationToken))!;
        return new(name, await cloud.AssumeRolesAsync(cancellationToken) - calls, roles, silo.Filled, silo.Warmed);
    }
}
