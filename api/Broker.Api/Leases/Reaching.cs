using Broker.Api.Problems;

namespace Broker.Api.Leases;

/// <summary>
/// Asks a grain what may be asked twice, again and again while it is not reached: when a silo has died, its grains live in
/// another one some seconds later, and what was under way to it is never answered.
/// </summary>
static class Reaching
{
    /// <summary>After so long without an answer it is asked beside the first time, and again after as long.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.5);

    /// <summary>After so long it counts as out of reach. A grain that waits for STS has answered long before.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The first answer, be it a refusal; else why it was not reached the last time.</summary>
    public static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, TimeProvider clock, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        List<Task<T>> asked = [ask(cancellationToken)];
        while (true)
        {
            var answered = asked.Count == 1 ? asked[0] : Task.WhenAny(asked).Unwrap();
            try { return await answered.WaitAsync(Silence, clock, cancellationToken); }
            catch (Exception e) when (clock.GetElapsedTime(began) < Longest - Silence && !cancellationToken.IsCancellationRequested)
            {
                if (answered.IsCompleted && !IsOutOfReach(e)) throw;
            }
            if (answered.IsCompleted) await Task.Delay(Pause, clock, cancellationToken);
            asked.RemoveAll(ended => ended.IsCompleted);
            asked.Add(ask(cancellationToken));
        }
    }

    static bool IsOutOfReach(Exception failure) => FailureMiddleware.Translate(failure).Code == ErrorCode.Unavailable;
}
