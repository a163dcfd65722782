using System.Data;
using System.Data.Common;
using Broker.Grains.Audit;
using Npgsql;

namespace Broker.Silo.Storage.Postgres;

/// <summary>The audit, in PostgreSQL.</summary>
sealed class PostgresAuditStore(NpgsqlDataSource database) : SqlAuditStore(database)
{
    protected override async Task<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    protected override async Task<DbTransaction> BeginAppendAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);

    /// <summary>All rows in one round trip.</summary>
    protected override async Task InsertAsync(DbTransaction transaction, AuditRow[] rows, CancellationToken cancellationToken)
    {
        if (rows.Length == 0) return;
        await using var batch = transaction.Connection!.CreateBatch();
        batch.Transaction = transaction;
        foreach (var row in rows)
        {
            var command = new NpgsqlBatchCommand(SqlAuditRows.Insert);
            foreach (var (name, value) in SqlAuditRows.Values(row)) command.Parameters.AddWithValue(name, SqlCommands.Stored(value));
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
