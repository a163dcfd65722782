namespace Broker.Silo.Storage.Sqlite;

/// <summary>
/// Keeps a second silo off the database. Two would not know of each other: what one is told to stop the other would go on
/// vending. The system releases the lock when the process ends, however it ends.
/// </summary>
sealed class SqliteOwner(string directory) : IHostedService, IDisposable
{
    FileStream? _lock;

    /// <exception cref="InvalidOperationException">Another silo has the directory.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try { _lock = OwnerOnlyFile.Open(Path.Combine(directory, "broker.lock"), FileMode.OpenOrCreate, FileShare.None); }
        catch (IOException)
        {
            throw new InvalidOperationException($"DataDirectory '{directory}' is in use by another silo. A database of this kind serves one; each silo needs a directory of its own.");
        }
        return Task.CompletedTask;
    }

    // Released with the host, after everything that writes.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();
}
