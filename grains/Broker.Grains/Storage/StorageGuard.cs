using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Broker.Grains.Storage;

/// <summary>
/// Turns whatever the database driver throws into an error that may cross silos and that callers understand; conflicts stay
/// what they are, because Orleans acts on them.
/// </summary>
public sealed partial class StorageGuard(Degradations degradations, ILogger<StorageGuard> logger)
{
    /// <summary>Runs an operation of the database.</summary>
    /// <param name="what">What is read or written, for the log.</param>
    /// <param name="operation">The operation.</param>
    /// <exception cref="BrokerException"><see cref="ErrorCode.StorageUnavailable"/>.</exception>
    public async Task<T> RunAsync<T>(string what, Func<Task<T>> operation)
    {
        try
        {
            var result = await operation();
            degradations.Clear(Degradation.Storage);
            return result;
        }
        catch (Exception e) when (e is not InconsistentStateException and not OutOfMemoryException and not OperationCanceledException)
        {
            degradations.Raise(Degradation.Storage);
            LogFailed(what, e);
            throw new BrokerException(ErrorCode.StorageUnavailable, "The database cannot be reached. Nothing was changed.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }
    }

    /// <summary>The same, without a result.</summary>
    public Task RunAsync(string what, Func<Task> operation) => RunAsync(what, async () =>
    {
        await operation();
        return true;
    });

    [LoggerMessage(LogLevel.Error, "The storage failed for {What}.")]
    partial void LogFailed(string what, Exception exception);
}
