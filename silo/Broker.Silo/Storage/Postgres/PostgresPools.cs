using Npgsql;

namespace Broker.Silo.Storage.Postgres;

/// <summary>Opens pools of connections to PostgreSQL.</summary>
static class PostgresPools
{
    /// <summary>
    /// A database that hangs must not hang the silo: opening, waiting for a pooled connection and each command fail after
    /// five seconds. What a connection string says itself wins.
    /// </summary>
    const string Defaults = "Timeout=5;Command Timeout=5;Cancellation Timeout=1000;Keepalive=30;Application Name=broker;";

    /// <summary>Grains and our own tables.</summary>
    public static NpgsqlDataSource OpenStorage(string connectionString) => Open("Maximum Pool Size=20;", connectionString);

    /// <summary>Membership and reminders: a silo that waits for its storage must not look dead.</summary>
    public static NpgsqlDataSource OpenCluster(string connectionString) => Open("Maximum Pool Size=4;", connectionString);

    static NpgsqlDataSource Open(string size, string connectionString) =>
        NpgsqlDataSource.Create(Defaults + size + connectionString);
}
