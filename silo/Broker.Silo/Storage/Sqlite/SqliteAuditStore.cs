using System.Data.Common;
using Broker.Grains.Audit;
using Microsoft.Data.Sqlite;

namespace Broker.Silo.Storage.Sqlite;

/// <summary>The audit, in SQLite.</summary>
sealed class SqliteAuditStore(SqliteDatabase database) : SqlAuditStore(database)
{
    protected override Task<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: true));

    protected override async Task<DbTransaction> BeginAppendAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        // Group commit makes the sync cheap.
        await using (var sync = connection.Command("PRAGMA synchronous = FULL")) await sync.ExecuteNonQueryAsync(cancellationToken);
        return await connection.BeginTransactionAsync(cancellationToken);
    }

    protected override async Task InsertAsync(DbTransaction transaction, AuditRow[] rows, CancellationToken cancellationToken)
    {
        await using var command = transaction.Connection!.Command(SqlAuditRows.Insert);
        command.Transaction = transaction;
        foreach (var row in rows)
        {
            foreach (var (name, value) in SqlAuditRows.Values(row)) command.Set(name, value);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
