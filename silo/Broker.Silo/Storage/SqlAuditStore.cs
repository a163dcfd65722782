using System.Data.Common;
using Broker.Grains.Audit;

namespace Broker.Silo.Storage;

/// <summary>The audit, in tables. The databases differ in how a transaction begins and in how many rows are added fast.</summary>
abstract class SqlAuditStore(DbDataSource database) : IAuditStore
{
    /// <summary>A transaction that reads one moment, beside whoever writes.</summary>
    protected abstract Task<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>A transaction that stays, once committed, through a power cut too.</summary>
    protected abstract Task<DbTransaction> BeginAppendAsync(DbConnection connection, CancellationToken cancellationToken);

    protected abstract Task InsertAsync(DbTransaction transaction, AuditRow[] rows, CancellationToken cancellationToken);

    public async Task<string[]> ListWritersAsync(CancellationToken cancellationToken) =>
    [
        // From one writer to the next by the key: reading every row of the audit for its writer would take minutes.
        .. await database.ReadAsync(
            """
            WITH RECURSIVE writing (writer) AS (
                SELECT MIN(writer) FROM broker_audit
                UNION ALL SELECT (SELECT MIN(writer) FROM broker_audit entry WHERE entry.writer > writing.writer) FROM writing WHERE writing.writer IS NOT NULL)
            SELECT writer FROM writing WHERE writer IS NOT NULL UNION SELECT writer FROM broker_audit_writers
            UNION SELECT writer FROM broker_audit_heads UNION SELECT writer FROM broker_audit_checkpoints ORDER BY 1
            """, row => row.GetString(0), cancellationToken),
    ];

    public async Task<IAuditSnapshot> ReadAsync(string writer, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await SqlAuditSnapshot.ReadAsync(writer, await BeginReadAsync(connection, cancellationToken), cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task CreateAsync(string writer, byte[] sealedKey, AuditMark head, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await transaction.RunAsync("INSERT INTO broker_audit_writers (writer, sealed_key) VALUES (@writer, @key)", cancellationToken, ("@writer", writer), ("@key", sealedKey));
        await transaction.RunAsync("INSERT INTO broker_audit_heads (writer, sequence, mac, seal) VALUES (@writer, @sequence, @mac, @seal)", cancellationToken,
            ("@writer", writer), ("@sequence", head.Sequence), ("@mac", head.Mac), ("@seal", head.Seal));
        await transaction.CommitAsync(cancellationToken);
    }

    public Task ResealAsync(string writer, byte[] sealedKey, CancellationToken cancellationToken) =>
        database.RunAsync("UPDATE broker_audit_writers SET sealed_key = @key WHERE writer = @writer", cancellationToken, ("@writer", writer), ("@key", sealedKey));

    public async Task AppendAsync(AuditCommit commit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await BeginAppendAsync(connection, cancellationToken);
        await MoveHeadAsync(transaction, commit, cancellationToken);
        await InsertAsync(transaction, commit.Rows, cancellationToken);
        await transaction.RunAsync("DELETE FROM broker_audit_sessions WHERE writer = @writer", cancellationToken, ("@writer", commit.Writer));
        foreach (var session in commit.Sessions)
            await transaction.RunAsync("INSERT INTO broker_audit_sessions (writer, session, last_batch, last_at) VALUES (@writer, @session, @batch, @at)", cancellationToken,
                ("@writer", commit.Writer), ("@session", session.Id), ("@batch", session.LastBatch), ("@at", SqlCommands.Text(session.LastAt)));
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task RemoveThroughAsync(string writer, AuditMark checkpoint, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Two silos may clean at once: a cut never goes back.
        var moved = await transaction.RunAsync(
            """
            INSERT INTO broker_audit_checkpoints (writer, sequence, mac, seal) VALUES (@writer, @sequence, @mac, @seal)
            ON CONFLICT (writer) DO UPDATE SET sequence = excluded.sequence, mac = excluded.mac, seal = excluded.seal WHERE excluded.sequence > broker_audit_checkpoints.sequence
            """, cancellationToken, ("@writer", writer), ("@sequence", checkpoint.Sequence), ("@mac", checkpoint.Mac), ("@seal", checkpoint.Seal));
        if (moved == 0) return;
        await transaction.RunAsync("DELETE FROM broker_audit WHERE writer = @writer AND sequence <= @sequence", cancellationToken, ("@writer", writer), ("@sequence", checkpoint.Sequence));
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<AuditRow[]> QueryAsync(AuditFilter filter, AuditCursor? after, int most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = SqlAuditRows.Query(connection, filter, after, most);
        return [.. await command.ReadAsync(SqlAuditRows.Read, cancellationToken)];
    }

    static async Task MoveHeadAsync(DbTransaction transaction, AuditCommit commit, CancellationToken cancellationToken)
    {
        var moved = await transaction.RunAsync("UPDATE broker_audit_heads SET sequence = @sequence, mac = @mac, seal = @seal WHERE writer = @writer AND sequence = @after", cancellationToken,
            ("@sequence", commit.Head.Sequence), ("@mac", commit.Head.Mac), ("@seal", commit.Head.Seal), ("@writer", commit.Writer), ("@after", commit.After));
        if (moved == 0) throw new BrokerException(ErrorCode.Unavailable, "The audit was written elsewhere at the same time. Try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
    }
}
