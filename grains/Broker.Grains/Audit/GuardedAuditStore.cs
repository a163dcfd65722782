using Broker.Grains.Storage;

namespace Broker.Grains.Audit;

/// <summary>The audit's storage as grains see it: whatever the database driver throws has become an error that may cross silos.</summary>
public sealed class GuardedAuditStore(IAuditStore inner, StorageGuard guard) : IAuditStore
{
    const string What = "audit";

    /// <inheritdoc/>
    public Task<string[]> ListWritersAsync(CancellationToken cancellationToken) => guard.RunAsync(What, () => inner.ListWritersAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<IAuditSnapshot> ReadAsync(string writer, CancellationToken cancellationToken) => guard.RunAsync(What, () => inner.ReadAsync(writer, cancellationToken));

    /// <inheritdoc/>
    public Task CreateAsync(string writer, byte[] sealedKey, AuditMark head, CancellationToken cancellationToken) =>
        guard.RunAsync(What, () => inner.CreateAsync(writer, sealedKey, head, cancellationToken));

    /// <inheritdoc/>
    public Task ResealAsync(string writer, byte[] sealedKey, CancellationToken cancellationToken) =>
        guard.RunAsync(What, () => inner.ResealAsync(writer, sealedKey, cancellationToken));

    /// <inheritdoc/>
    public Task AppendAsync(AuditCommit commit, CancellationToken cancellationToken) => guard.RunAsync(What, () => inner.AppendAsync(commit, cancellationToken));

    /// <inheritdoc/>
    public Task RemoveThroughAsync(string writer, AuditMark checkpoint, CancellationToken cancellationToken) =>
        guard.RunAsync(What, () => inner.RemoveThroughAsync(writer, checkpoint, cancellationToken));

    /// <inheritdoc/>
    public Task<AuditRow[]> QueryAsync(AuditFilter filter, AuditCursor? after, int most, CancellationToken cancellationToken) =>
        guard.RunAsync(What, () => inner.QueryAsync(filter, after, most, cancellationToken));
}
