using System.Net;
using System.Net.Sockets;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>Lets who cannot reach this machine's loopback reach a server on it.</summary>
sealed class Relay : IAsyncDisposable
{
    readonly TcpListener _listener;
    readonly Func<int> _server;
    readonly Task _accepting;
    readonly CancellationTokenSource _end = new();

    /// <param name="at">The address at which it listens.</param>
    /// <param name="server">The server's port, asked for at each connection.</param>
    public Relay(IPAddress at, Func<int> server)
    {
        _server = server;
        _listener = new(at, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ForwardAsync(await _listener.AcceptTcpClientAsync());
        }
        // It was stopped.
        catch (SocketException) { }
    }

    async Task ForwardAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server(), _end.Token);
            var (there, back) = (client.GetStream(), server.GetStream());
            await await Task.WhenAny(there.CopyToAsync(back, _end.Token), back.CopyToAsync(there, _end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException) { }
        finally { client.Dispose(); }
    }
}
