using System.Net;
using System.Net.Sockets;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>What lies between one silo and its database, and can be cut.</summary>
sealed class DatabaseLink : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly int _database;
    readonly Task _accepting;
    CancellationTokenSource _cut = new();

    /// <param name="database">The database's port.</param>
    public DatabaseLink(int database)
    {
        _database = database;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where the silo finds it.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends every connection, and those to come.</summary>
    public void Cut() => _cut.Cancel();

    public void Mend() => _cut = new();

    public async ValueTask DisposeAsync()
    {
        Cut();
        _listener.Stop();
        await _accepting;
        _cut.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ForwardAsync(await _listener.AcceptTcpClientAsync(), _cut.Token);
        }
        // It was stopped.
        catch (SocketException) { }
    }

    async Task ForwardAsync(TcpClient silo, CancellationToken cut)
    {
        using var database = new TcpClient();
        try
        {
            await database.ConnectAsync(IPAddress.Loopback, _database, cut);
            var (there, back) = (silo.GetStream(), database.GetStream());
            await await Task.WhenAny(there.CopyToAsync(back, cut), back.CopyToAsync(there, cut));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException) { }
        finally { silo.Dispose(); }
    }
}
