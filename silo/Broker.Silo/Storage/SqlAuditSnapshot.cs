using System.Data.Common;
using System.Runtime.CompilerServices;
using Broker.Grains.Audit;

namespace Broker.Silo.Storage;

/// <summary>One writer's audit in a transaction that reads; it owns the connection.</summary>
sealed class SqlAuditSnapshot : IAuditSnapshot
{
    const int PageSize = 1000;

    readonly string _writer;
    readonly DbConnection _connection;
    readonly DbTransaction _transaction;

    SqlAuditSnapshot(string writer, DbTransaction transaction) => (_writer, _transaction, _connection) = (writer, transaction, transaction.Connection!);

    public byte[]? SealedKey { get; private set; }
    public AuditMark? Head { get; private set; }
    public AuditMark? Checkpoint { get; private set; }
    public AuditRow? Last { get; private set; }
    public AuditSession[] Sessions { get; private set; } = [];

    public static async Task<SqlAuditSnapshot> ReadAsync(string writer, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var snapshot = new SqlAuditSnapshot(writer, transaction);
        snapshot.SealedKey = await snapshot.ReadAsync("SELECT sealed_key FROM broker_audit_writers WHERE writer = @writer", r => (byte[])r[0], cancellationToken).FirstOrDefaultAsync(cancellationToken);
        snapshot.Head = await snapshot.ReadMarkAsync("broker_audit_heads", cancellationToken);
        snapshot.Checkpoint = await snapshot.ReadMarkAsync("broker_audit_checkpoints", cancellationToken);
        snapshot.Last = await snapshot.ReadAsync($"{SqlAuditRows.Select} WHERE writer = @writer ORDER BY sequence DESC LIMIT 1", SqlAuditRows.Read, cancellationToken).FirstOrDefaultAsync(cancellationToken);
        snapshot.Sessions = await snapshot.ReadAsync("SELECT session, last_batch, last_at FROM broker_audit_sessions WHERE writer = @writer",
            r => new AuditSession(r.GetString(0), r.GetInt64(1), SqlCommands.Moment(r.GetString(2))), cancellationToken).ToArrayAsync(cancellationToken);
        return snapshot;
    }

    /// <summary>In pages, because whoever stops reading early must not wait for all the rest, which PostgreSQL has sent already.</summary>
    public async IAsyncEnumerable<AuditRow> ReadRowsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? next = long.MinValue;
        while (next is { } from)
        {
            next = null;
            var count = 0;
            await foreach (var row in ReadAsync($"{SqlAuditRows.Select} WHERE writer = @writer AND sequence >= @from ORDER BY sequence LIMIT {PageSize}", SqlAuditRows.Read, cancellationToken, ("@from", from)))
            {
                yield return row;
                next = ++count == PageSize && row.Sequence < long.MaxValue ? row.Sequence + 1 : null;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    ValueTask<AuditMark?> ReadMarkAsync(string table, CancellationToken cancellationToken) =>
        ReadAsync($"SELECT sequence, mac, seal FROM {table} WHERE writer = @writer", r => new AuditMark(r.GetInt64(0), (byte[])r[1], (byte[])r[2]), cancellationToken).FirstOrDefaultAsync(cancellationToken);

    async IAsyncEnumerable<T> ReadAsync<T>(string sql, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var command = _connection.Command(sql, [("@writer", _writer), .. parameters]);
        command.Transaction = _transaction;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) yield return read(reader);
    }
}
