using System.Net;
using System.Net.Sockets;

namespace Broker.Tests.AlibabaCloud.Sts;

/// <summary>A connection whose other side has reset it before a byte was sent.</summary>
static class ResetStream
{
    public static async Task<NetworkStream> OpenAsync(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint, cancellationToken);
        using (var accepted = await listener.AcceptSocketAsync(cancellationToken)) accepted.LingerState = new(enable: true, seconds: 0);
        // Readable: the reset has arrived.
        socket.Poll(-1, SelectMode.SelectRead);
        return new(socket, ownsSocket: true);
    }
}
