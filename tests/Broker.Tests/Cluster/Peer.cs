using System.Net.Security;
using System.Net.Sockets;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Broker.Cluster;

namespace Broker.Tests.Cluster;

/// <summary>A peer that believes every certificate, shows what it has been given, and speaks no Orleans.</summary>
sealed record Peer(ClusterLeaf? Shown, string Protocol = "broker-cluster/1", SslProtocols Version = SslProtocols.Tls13)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<TcpClient> ConnectAsync(int port)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, port);
        return tcp;
    }

    /// <summary>Completes its half of the handshake: which certificate it was shown, null when it could not, and how many bytes it was told.</summary>
    /// <remarks>Then it says something that is no message, so that the other side, too, closes what it has accepted.</remarks>
    public async Task<(string? Shown, int Told)> TryAsync(int port)
    {
        using var tcp = await ConnectAsync(port);
        await using var ssl = new SslStream(tcp.GetStream());
        var (shown, told) = ((string?)null, 0);
        try
        {
            await ssl.AuthenticateAsClientAsync(Options).WaitAsync(Patience);
            shown = ((X509Certificate2)ssl.RemoteCertificate!).Thumbprint;
            await ssl.WriteAsync(new byte[] { 255, 255, 255, 127 });
            told = await ReadToEndAsync(ssl);
        }
        catch (Exception e) when (e is IOException or AuthenticationException) { }
        return (shown, told);
    }

    /// <summary>Waits for the other side to end the connection; how many bytes it has told before.</summary>
    public static async Task<int> ReadToEndAsync(Stream stream)
    {
        var (told, buffer) = (0, new byte[1024]);
        try
        {
            while (await stream.ReadAsync(buffer).AsTask().WaitAsync(Patience) is > 0 and var count) told += count;
        }
        catch (IOException) { }
        return told;
    }

    SslClientAuthenticationOptions Options => new()
    {
        TargetHost = "silo.broker.internal",
        ClientCertificateContext = Shown?.Open(),
        ApplicationProtocols = Protocol.Length > 0 ? [new(Protocol)] : null,
        EnabledSslProtocols = Version,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
    };
}
