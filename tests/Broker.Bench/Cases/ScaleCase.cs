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
    public const int Roles = 10_000, LargeRoles = 100_000;

    /// <summary>On SQLite, and on PostgreSQL.</summary>
    public async Task<IReadOnlyList<ScaleFigures>> RunAsync(int roles, CancellationToken cancellationToken)
    {
        var sqlite = await RunAsync("sqlite", roles, [], cancellationToken);
        await using var server = new PostgresScript(Path.Combine(data, "postgres"));
        var superuser = await server.StartAsync();
        await PostgresSetup.ApplyAsync(superuser, cancellationToken);
        string As(string user) => PostgresSetup.As(superuser, PostgresSetup.Database, user);
        var postgres = await RunAsync(
            "postgres", roles, [new("Postgres:ConnectionString", As(PostgresSetup.User)), new("Postgres:MigrationConnectionString", As(PostgresSetup.Owner))], cancellationToken);
        return [sqlite, postgres];
    }

    async Task<ScaleFigures> RunAsync(string storage, int roles, IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancellationToken)
    {
        var name = $"{CaseNames.Scale}-{storage}";
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
        var figures = JsonSerializer.Deserialize<ScaleFigures>(await File.ReadAllBytesAsync(file, cancellationToken))!;
        return figures with { Storage = storage, AssumeRoles = await cloud.AssumeRolesAsync(cancellationToken) - calls };
    }
}
