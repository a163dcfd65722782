using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Broker.Api.Cluster;

/// <summary>Runs Orleans' connections inside TLS 1.3 in which both sides show a certificate of the cluster's authority.</summary>
public sealed class ClusterTls
{
    // Orleans gives up a connection that is not open after five seconds.
    static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(4);

    // Another service's certificate of the same authority cannot be used through that service's own port.
    static readonly List<SslApplicationProtocol> Protocols = [new("broker-cluster/1")];

    readonly ClusterFiles _files;
    readonly RefusalLog _refusals;
    readonly PendingHandshakes _pending = new();
    readonly TimeProvider _clock;
    readonly Histogram<double> _duration;

    internal ClusterTls(ClusterFiles files, RefusalLog refusals, TimeProvider clock, IMeterFactory meters)
    {
        (_files, _refusals, _clock) = (files, refusals, clock);
        _duration = meters.Create("Broker").CreateHistogram<double>("broker.cluster.handshake.duration", "s", "Duration of a TLS handshake between processes of the cluster, by side and outcome.");
    }

    /// <summary>Demands of those who connect that their certificate is one of this role.</summary>
    public void Accept(IConnectionBuilder connections, ClusterRole peer) => connections.Use(next => connection => AcceptAsync(connection, next, peer));

    /// <summary>Demands of what is connected to that it is a silo.</summary>
    public void Connect(IConnectionBuilder connections) => connections.Use(next => connection => ConnectAsync(connection, next));

    async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next, ClusterRole peer)
    {
        await using var ssl = new SslStream(new TransportStream(connection.Transport), leaveInnerStreamOpen: true);
        using (var place = _pending.Enter(connection.RemoteEndPoint))
            try
            {
                if (place is null) throw new AuthenticationException("Too many handshakes are in progress.");
                await HandshakeAsync("accept", ssl, peer, cancellationToken => ssl.AuthenticateAsServerAsync(ServerOptions(), cancellationToken));
            }
            catch (Exception e)
            {
                // Orleans closes what returns.
                _refusals.Write(connection.RemoteEndPoint, e is OperationCanceledException ? "The handshake is too slow." : e.Message);
                return;
            }
        await RunInsideAsync(ssl, connection, next);
    }

    async Task ConnectAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        await using var ssl = new SslStream(new TransportStream(connection.Transport), leaveInnerStreamOpen: true);
        await HandshakeAsync("connect", ssl, ClusterRole.Silo, cancellationToken => ssl.AuthenticateAsClientAsync(ClientOptions(), cancellationToken));
        await RunInsideAsync(ssl, connection, next);
    }

    // Neither side validates by a callback of its own: .NET's verdict stands, and its message says what was wrong. A resumed
    // session would be accepted from whoever holds its ticket, without the private key.
    SslServerAuthenticationOptions ServerOptions()
    {
        var identity = _files.Current();
        return new()
        {
            ServerCertificateContext = identity.Shown, ClientCertificateRequired = true, CertificateChainPolicy = identity.ChainPolicy(),
            EnabledSslProtocols = SslProtocols.Tls13, ApplicationProtocols = Protocols, AllowTlsResume = false, AllowRenegotiation = false,
        };
    }

    SslClientAuthenticationOptions ClientOptions()
    {
        var identity = _files.Current();
        return new()
        {
            TargetHost = ClusterRole.Silo.Name, ClientCertificateContext = identity.Shown, CertificateChainPolicy = identity.ChainPolicy(),
            EnabledSslProtocols = SslProtocols.Tls13, ApplicationProtocols = Protocols, AllowTlsResume = false, AllowRenegotiation = false,
        };
    }

    async Task HandshakeAsync(string side, SslStream ssl, ClusterRole peer, Func<CancellationToken, Task> authenticate)
    {
        var (began, outcome) = (_clock.GetTimestamp(), "refused");
        try
        {
            using var timeout = new CancellationTokenSource(HandshakeTimeout, _clock);
            await authenticate(timeout.Token);
            // A peer that offers no protocol at all gets this far.
            if (ssl.NegotiatedApplicationProtocol != Protocols[0]) throw new AuthenticationException("The peer does not speak the cluster's protocol.");
            if (ssl.RemoteCertificate is not X509Certificate2 shown || !peer.IsOf(shown)) throw new AuthenticationException($"The peer's certificate does not name {peer.Name}.");
            outcome = "success";
        }
        finally { _duration.Record(_clock.GetElapsedTime(began).TotalSeconds, new("side", side), new("outcome", outcome)); }
    }

    static async Task RunInsideAsync(SslStream ssl, ConnectionContext connection, ConnectionDelegate next)
    {
        var raw = connection.Transport;
        try
        {
            // Left open: Orleans completes each half on its own, which must not take the stream away from the other.
            connection.Transport = new Halves(PipeReader.Create(ssl, new(bufferSize: 16_384, leaveOpen: true)), PipeWriter.Create(ssl, new(minimumBufferSize: 16_384, leaveOpen: true)));
            await next(connection);
        }
        finally
        {
            // The socket ends by the completion of its own pipes.
            connection.Transport = raw;
            await raw.Input.CompleteAsync();
            await raw.Output.CompleteAsync();
        }
    }

    sealed record Halves(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
