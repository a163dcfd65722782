namespace Broker.Emulator.State;

/// <summary>The nonces of requests, each of which counts once. They are forgotten when their requests would be too old anyway.</summary>
sealed class Nonces
{
    static readonly TimeSpan Remembered = TimeSpan.FromMinutes(31);

    readonly Lock _gate = new();
    readonly HashSet<string> _known = [];
    readonly Queue<(string Nonce, DateTimeOffset At)> _inOrder = new();

    /// <summary>True the first time.</summary>
    public bool Take(string nonce, DateTimeOffset now)
    {
        lock (_gate)
        {
            while (_inOrder.TryPeek(out var oldest) && now - oldest.At > Remembered) _known.Remove(_inOrder.Dequeue().Nonce);
            if (!_known.Add(nonce)) return false;
            _inOrder.Enqueue((nonce, now));
            return true;
        }
    }
}
