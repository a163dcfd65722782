using System.Security.Cryptography;
using System.Text;

namespace Broker.Api.Cluster;

/// <summary>The identity as the files have it now. What cannot be used, half-written files for one, leaves the last good one in place.</summary>
sealed partial class ClusterFiles
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    readonly ClusterTlsOptions _options;
    readonly ClusterRole _role;
    readonly TimeProvider _clock;
    readonly ILogger<ClusterFiles> _logger;
    readonly Lock _gate = new();
    ClusterIdentity _identity;
    byte[] _digest;
    long _lookedAt;
    string? _trouble;

    /// <exception cref="InvalidOperationException">The files cannot be used; the message names the setting.</exception>
    public ClusterFiles(ClusterTlsOptions options, ClusterRole role, TimeProvider clock, ILogger<ClusterFiles> logger)
    {
        (_options, _role, _clock, _logger) = (options, role, clock, logger);
        _lookedAt = clock.GetTimestamp();
        var texts = Texts.Read(options);
        (_identity, _digest) = (texts.Identity(role), texts.Digest());
    }

    /// <exception cref="InvalidOperationException">The files cannot be used; the message names the setting.</exception>
    public static void DemandUsable(ClusterTlsOptions options, ClusterRole role) => Texts.Read(options).Identity(role);

    /// <summary>The identity for a new connection.</summary>
    public ClusterIdentity Current()
    {
        lock (_gate)
        {
            if (_clock.GetElapsedTime(_lookedAt) < BetweenLooks) return _identity;
            _lookedAt = _clock.GetTimestamp();
            try { Look(); }
            catch (InvalidOperationException e)
            {
                if (_trouble != e.Message) LogUnusable(e.Message, _identity.Certificate.Thumbprint);
                _trouble = e.Message;
            }
            return _identity;
        }
    }

    void Look()
    {
        var texts = Texts.Read(_options);
        // The content tells: the time of a file that is a link, as Kubernetes mounts secrets, never changes.
        var digest = texts.Digest();
        if (!digest.AsSpan().SequenceEqual(_digest))
        {
            (_identity, _digest) = (texts.Identity(_role), digest);
            LogRenewed(_identity.Certificate.Thumbprint, _identity.Certificate.NotAfter.ToUniversalTime());
        }
        _trouble = null;
    }

    /// <summary>What the three files say. No record: its text would show the key.</summary>
    sealed class Texts(string certificate, string key, string authority)
    {
        public static Texts Read(ClusterTlsOptions options) => new(
            Read(options.CertificateFile!, nameof(ClusterTlsOptions.CertificateFile)),
            Read(options.KeyFile!, nameof(ClusterTlsOptions.KeyFile)),
            Read(options.AuthorityFile!, nameof(ClusterTlsOptions.AuthorityFile)));

        public ClusterIdentity Identity(ClusterRole role) => new(certificate, key, authority, role);

        public byte[] Digest() => SHA256.HashData(Encoding.UTF8.GetBytes($"{certificate}\0{key}\0{authority}"));

        static string Read(string path, string setting)
        {
            try { return File.ReadAllText(path); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InvalidOperationException($"{ClusterTlsOptions.Section}:{setting} '{path}' cannot be read: {e.GetType().Name}.");
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The cluster certificate {Thumbprint}, valid until {NotAfter:u}, is used for new connections.")]
    partial void LogRenewed(string thumbprint, DateTime notAfter);

    [LoggerMessage(LogLevel.Error, "The cluster certificate cannot be renewed: {Trouble} {Thumbprint} is used meanwhile.")]
    partial void LogUnusable(string trouble, string thumbprint);
}
