using System.Net;
using System.Net.Sockets;

namespace Broker.Silo.Hosting;

/// <summary>Ports of loopback that nobody listens on.</summary>
static class FreePorts
{
    /// <summary>Some free ports, each another.</summary>
    public static int[] Find(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
