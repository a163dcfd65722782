using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Broker.Silo.Storage.Sqlite;

/// <summary>The database of a single machine: one file in the data directory, readable by its owner only.</summary>
sealed class SqliteDatabase : DbDataSource
{
    /// <summary>A caller waits no longer for a lock that another process holds.</summary>
    const int LongestWaitSeconds = 5;

    readonly string _file;

    public SqliteDatabase(string file)
    {
        _file = file;
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = LongestWaitSeconds }.ToString();
    }

    public override string ConnectionString { get; }

    /// <summary>Makes the file and brings its schema up to this version; does nothing where it stands already.</summary>
    public async Task ApplySchemaAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_file)) await using (OwnerOnlyFile.Open(_file, FileMode.CreateNew)) { }
        await using var connection = await OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // Write-ahead logging is a property of the file; its -wal and -shm files take the permissions of the file.
        command.CommandText = "PRAGMA journal_mode = WAL;";
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        command.Transaction = transaction;
        command.CommandText = await ReadSchemaAsync(cancellationToken);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    protected override DbConnection CreateDbConnection() => new Connection(ConnectionString);

    static async Task<string> ReadSchemaAsync(CancellationToken cancellationToken)
    {
        await using var stream = typeof(SqliteDatabase).Assembly.GetManifestResourceStream("sqlite/schema")!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>
    /// SQLite waits for a lock by itself instead of the driver's sleeping, and writes need no sync of the whole file: with
    /// write-ahead logging a power cut loses the last commits at most, never the database.
    /// </summary>
    sealed class Connection(string connectionString) : SqliteConnection(connectionString)
    {
        public override void Open()
        {
            base.Open();
            using var command = CreateCommand();
            command.CommandText = $"PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = {LongestWaitSeconds * 1000};";
            command.ExecuteNonQuery();
        }
    }
}
