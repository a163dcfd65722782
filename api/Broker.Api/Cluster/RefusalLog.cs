using System.Net;

namespace Broker.Api.Cluster;

/// <summary>Says why connections were refused, once per second at most: anybody who reaches a port can be refused.</summary>
sealed partial class RefusalLog(TimeProvider clock, ILogger<RefusalLog> logger)
{
    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    long? _writtenAt;
    int _leftOut;

    public void Write(EndPoint? peer, string reason)
    {
        int leftOut;
        lock (_gate)
        {
            if (_writtenAt is { } at && clock.GetElapsedTime(at) < BetweenLines)
            {
                _leftOut++;
                return;
            }
            (_writtenAt, leftOut, _leftOut) = (clock.GetTimestamp(), _leftOut, 0);
        }
        LogRefused(peer, reason, leftOut);
    }

    [LoggerMessage(LogLevel.Warning, "A cluster connection from {Peer} is refused: {Reason} ({LeftOut} more were refused since the last such line)")]
    partial void LogRefused(EndPoint? peer, string reason, int leftOut);
}
