using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Broker.Silo.Hosting;

/// <summary>
/// Ports of loopback that nobody listens on. They are below those that systems give to outgoing connections, so that nothing
/// takes one between its finding and its use, but for somebody who asks for just this one.
/// </summary>
static class FreePorts
{
    const int First = 15_000, Last = 32_000;

    /// <summary>Some free ports, each another.</summary>
    public static int[] Find(int count)
    {
        var found = new HashSet<int>();
        while (found.Count < count)
            if (RandomNumberGenerator.GetInt32(First, Last) is var port && IsFree(port)) found.Add(port);
        return [.. found];
    }

    static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException) { return false; }
    }
}
