using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

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

    /// <summary>Completes its half of the handshake; the thumbprint that it was shown, null when it could not.</summary>
    /// <remarks>Then it says something that is no message, so that the other side, too, closes what it has accepted.</remarks>
    public async Task<string?> TryAsync(int port)
    {
        using var tcp = await ConnectAsync(port);
        await using var ssl = new SslStream(tcp.GetStream());
        string? shown = null;
        try
        {
            await ssl.AuthenticateAsClientAsync(Options).WaitAsync(Patience);
            shown = ((X509Certificate2)ssl.RemoteCertificate!).Thumbprint;
            await ssl.WriteAsync(new byte[] { 255, 255, 255, 127 });
            await DemandEndAsync(ssl);
        }
        catch (Exception e) when (e is IOException or AuthenticationException) { }
        return shown;
    }

    /// <summary>The other side ends the connection without a word.</summary>
    public static async Task DemandEndAsync(Stream stream)
    {
        try { Assert.Equal(0, await stream.ReadAsync(new byte[1024]).AsTask().WaitAsync(Patience)); }
        catch (IOException) { }
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
