using System.Net;

namespace Broker.Api.Cluster;

/// <summary>
/// Bounds the handshakes that are in progress, in all and for one address: a peer without a certificate costs that much
/// memory at most, and cannot hold everybody's places from one machine.
/// </summary>
sealed class PendingHandshakes
{
    /// <summary>The bounds. A handshake takes some milliseconds, so ordinary peers are far from them.</summary>
    public const int Most = 256, MostOfAddress = 32;

    readonly Lock _gate = new();
    readonly Dictionary<IPAddress, int> _ofAddress = [];
    int _all;

    /// <summary>A place, until it is disposed of; null when there is none.</summary>
    public IDisposable? Enter(EndPoint? peer)
    {
        var address = (peer as IPEndPoint)?.Address ?? IPAddress.None;
        lock (_gate)
        {
            var same = _ofAddress.GetValueOrDefault(address);
            if (_all >= Most || same >= MostOfAddress) return null;
            (_all, _ofAddress[address]) = (_all + 1, same + 1);
        }
        return new Place(this, address);
    }

    void Leave(IPAddress address)
    {
        lock (_gate)
        {
            _all--;
            if (--_ofAddress[address] == 0) _ofAddress.Remove(address);
        }
    }

    sealed class Place(PendingHandshakes pending, IPAddress address) : IDisposable
    {
        public void Dispose() => pending.Leave(address);
    }
}
