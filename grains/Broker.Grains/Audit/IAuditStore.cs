namespace Broker.Grains.Audit;

/// <summary>Where the audit is kept. Every write is one transaction.</summary>
public interface IAuditStore
{
    /// <summary>Every writer of whom anything is left.</summary>
    Task<string[]> ListWritersAsync(CancellationToken cancellationToken);

    /// <summary>All of a writer as it stands at one moment, whoever writes meanwhile. The caller disposes it.</summary>
    Task<IAuditSnapshot> ReadAsync(string writer, CancellationToken cancellationToken);

    /// <summary>Adds a writer. Fails when there is one of that name.</summary>
    Task CreateAsync(string writer, byte[] sealedKey, AuditMark head, CancellationToken cancellationToken);

    /// <summary>Replaces the writer's sealed key.</summary>
    Task ResealAsync(string writer, byte[] sealedKey, CancellationToken cancellationToken);

    /// <summary>Adds the rows, moves the head and replaces the sessions. Fails, and changes nothing, when the head is not where the commit expects it.</summary>
    Task AppendAsync(AuditCommit commit, CancellationToken cancellationToken);

    /// <summary>Removes the writer's rows up to the checkpoint and leaves it.</summary>
    Task RemoveThroughAsync(string writer, AuditMark checkpoint, CancellationToken cancellationToken);

    /// <summary>
    /// Entries of any writer, the newest first, each with the count of all its rows. An entry goes with its first row: where
    /// retention has removed that one, the rest is not answered.
    /// </summary>
    /// <param name="filter">Which; the page's size and token do not count here.</param>
    /// <param name="after">The entry after which to begin; null: with the newest.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<AuditRow[]> QueryAsync(AuditFilter filter, AuditCursor? after, int most, CancellationToken cancellationToken);
}

/// <summary>What is appended at once.</summary>
/// <param name="Writer">Whose chain.</param>
/// <param name="After">The sequence of the head before.</param>
/// <param name="Rows">The rows, in order.</param>
/// <param name="Head">The head after.</param>
/// <param name="Sessions">All sessions that are open after.</param>
public sealed record AuditCommit(string Writer, long After, AuditRow[] Rows, AuditMark Head, AuditSession[] Sessions);

/// <summary>One writer at one moment.</summary>
public interface IAuditSnapshot : IAsyncDisposable
{
    /// <summary>The writer's key, sealed; null: there is none.</summary>
    byte[]? SealedKey { get; }

    /// <summary>The end of the chain; null: there is none.</summary>
    AuditMark? Head { get; }

    /// <summary>Up to where rows were removed; null: none were.</summary>
    AuditMark? Checkpoint { get; }

    /// <summary>The last row; null: there is none.</summary>
    AuditRow? Last { get; }

    /// <summary>The sessions that are open.</summary>
    AuditSession[] Sessions { get; }

    /// <summary>The rows, by sequence.</summary>
    IAsyncEnumerable<AuditRow> ReadRowsAsync(CancellationToken cancellationToken);
}
