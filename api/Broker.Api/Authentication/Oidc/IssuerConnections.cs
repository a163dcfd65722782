using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Broker.Api.Authentication.Oidc;

/// <summary>How connections to issuers are made: straight, to addresses that were checked, with nothing followed.</summary>
static class IssuerConnections
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5), Lifetime = TimeSpan.FromMinutes(2);

    /// <exception cref="InvalidOperationException">The certificates cannot be read; the message names the setting.</exception>
    public static SocketsHttpHandler CreateHandler(OidcOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = Lifetime,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = ChainPolicy(options.CertificateAuthorityFile) },
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, options.AllowedPrivateHosts, cancellationToken),
    };

    /// <summary>Connects to the very addresses that were checked: a name that is resolved again may answer others.</summary>
    static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, string[] allowedPrivateHosts, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        if (!allowedPrivateHosts.Contains(target.Host, StringComparer.OrdinalIgnoreCase) && !addresses.All(AddressRules.IsPublic))
            throw new IssuerException("its host has an address that is not public, and Oidc:AllowedPrivateHosts does not list it");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static X509ChainPolicy ChainPolicy(string? authorityFile)
    {
        // Certificates name addresses of their own, which nobody has checked.
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        if (authorityFile is null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(Read(authorityFile));
        foreach (var location in (StoreLocation[])[StoreLocation.LocalMachine, StoreLocation.CurrentUser])
        {
            using var store = new X509Store(StoreName.Root, location, OpenFlags.ReadOnly);
            policy.CustomTrustStore.AddRange(store.Certificates);
        }
        return policy;
    }

    static X509Certificate2Collection Read(string file)
    {
        var certificates = new X509Certificate2Collection();
        try { certificates.ImportFromPemFile(file); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException($"Oidc:CertificateAuthorityFile '{file}' cannot be read: {e.GetType().Name}.");
        }
        return certificates.Count > 0 ? certificates : throw new InvalidOperationException($"Oidc:CertificateAuthorityFile '{file}' has no certificate in PEM.");
    }
}
