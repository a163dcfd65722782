using System.Net.Sockets;

namespace Broker.AlibabaCloud.Sts;

/// <summary>A call of STS, whoever makes it: one attempt, one more after a clock error, and a time for both together.</summary>
static class StsAttempts
{
    static readonly TimeSpan WholeTimeout = TimeSpan.FromSeconds(4);

    /// <param name="call">Makes the call, each time with fresh time and nonce.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StsException">STS refused, cannot be reached, or did not answer in time.</exception>
    public static async Task<AssumedRole> RunAsync(Func<CancellationToken, Task<AssumedRole>> call, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(WholeTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            try { return await call(either.Token); }
            catch (StsException e) when (e.Failure == StsFailure.Clock) { return await call(either.Token); }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested) { throw TimedOut(); }
        catch (HttpRequestException e) { throw Unreached($"{e.HttpRequestError}"); }
        // HttpClient's own for a connection that is reset as soon as it is made, though its documentation does not name it.
        catch (SocketException e) { throw Unreached($"{e.SocketErrorCode}"); }
    }

    public static StsException TimedOut() => new(StsFailure.Unavailable, "Timeout", $"STS has not answered within {WholeTimeout.TotalSeconds:0} s.");

    static StsException Unreached(string reason) => new(StsFailure.Unavailable, "Connection", $"STS cannot be reached: {reason}.");
}
