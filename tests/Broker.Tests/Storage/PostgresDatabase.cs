using System.Collections.Concurrent;
using Broker.Cluster;
using Npgsql;

namespace Broker.Tests.Storage;

/// <summary>A database on a server: by default the tests'. It goes with the server. Prints no connection string.</summary>
sealed record PostgresDatabase(string Name, string Server)
{
    static readonly ConcurrentDictionary<string, Lazy<Task<PostgresDatabase>>> OfData = new();

    /// <summary>As a silo runs: with no right but those of <c>broker_silo</c>.</summary>
    public string AsSilo => PostgresServer.ConnectionString(Server, Name, PostgresSetup.User);

    /// <summary>As the owner of the schema.</summary>
    public string AsOwner => PostgresServer.ConnectionString(Server, Name, PostgresSetup.Owner);

    /// <summary>The one that belongs to a silo's data directory, so that the next start finds it again.</summary>
    public static Task<PostgresDatabase> OfAsync(string data) => OfData.GetOrAdd(data, _ => new(PostgresServer.CreateAsync)).Value;

    /// <summary>Another of the same content. Nobody may be connected to this one.</summary>
    public Task<PostgresDatabase> CopyAsync() => PostgresServer.CopyAsync(Name);

    /// <summary>Runs it as the owner; its first value.</summary>
    public async Task<object?> SqlAsync(string sql)
    {
        // Without a pool, so that connections do not gather on the server.
        await using var connection = new NpgsqlConnection(AsOwner + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Every row of every table as text, bytes in hexadecimal digits.</summary>
    public async Task<string> ReadAllAsync()
    {
        var tables = (string)(await SqlAsync("SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'public'"))!;
        var texts = await Task.WhenAll(tables.Split(' ').Select(async table => await SqlAsync($"SELECT string_agg(t::text, ' ') FROM {table} t")));
        return string.Join('\n', texts);
    }

    /// <summary>Ends every connection to it, as an administrator or a restart of the server does.</summary>
    public Task EndConnectionsAsync() => PostgresServer.AdministerAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Name}'");

    public override string ToString() => Name;
}
