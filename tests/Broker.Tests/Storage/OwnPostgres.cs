using Broker.Cluster;

namespace Broker.Tests.Storage;

/// <summary>A server of a test's own, so that it can be taken away from a cluster and given back.</summary>
sealed class OwnPostgres : IAsyncDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("broker-postgres-").FullName;
    readonly PostgresScript _script;

    OwnPostgres() => _script = new(Path.Combine(_directory, "postgres"));

    /// <summary>The broker's database, set up as the README says.</summary>
    public PostgresDatabase Database { get; private set; } = null!;

    public static async Task<OwnPostgres> StartAsync()
    {
        var own = new OwnPostgres();
        var server = await own._script.StartAsync();
        await PostgresSetup.ApplyAsync(server);
        own.Database = new(PostgresSetup.Database, server);
        return own;
    }

    public Task TakeAwayAsync() => _script.StopAsync();

    public Task GiveBackAsync() => _script.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _script.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
