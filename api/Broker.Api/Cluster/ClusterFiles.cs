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
        var texts = Read(options);
        (_identity, _digest) = (Identity(texts, role), Digest(texts));
    }

    /// <exception cref="InvalidOperationException">The files cannot be used; the message names the setting.</exception>
    public static void DemandUsable(ClusterTlsOptions options, ClusterRole role) => Identity(Read(options), role);

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
        var texts = Read(_options);
        // The content tells: the time of a file that is a link, as Kubernetes mounts secrets, never changes.
        var digest = Digest(texts);
        if (!digest.AsSpan().SequenceEqual(_digest))
        {
            (_identity, _digest) = (Identity(texts, _role), digest);
            LogRenewed(_identity.Certificate.Thumbprint, _identity.Certificate.NotAfter.ToUniversalTime());
        }
        _trouble = null;
    }

    static ClusterIdentity Identity(string[] texts, ClusterRole role) => new(texts[0], texts[1], texts[2], role);

    static string[] Read(ClusterTlsOptions options) =>
    [
        ReadFile(options.CertificateFile!, nameof(ClusterTlsOptions.CertificateFile)),
        ReadFile(options.KeyFile!, nameof(ClusterTlsOptions.KeyFile)),
        ReadFile(options.AuthorityFile!, nameof(ClusterTlsOptions.AuthorityFile)),
    ];

    static string ReadFile(string path, string setting)
    {
        try { return File.ReadAllText(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{ClusterTlsOptions.Section}:{setting} '{path}' cannot be read: {e.GetType().Name}.");
        }
    }

    static byte[] Digest(string[] texts) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts)));

    [LoggerMessage(LogLevel.Information, "The cluster certificate {Thumbprint}, valid until {NotAfter:u}, is used for new connections.")]
    partial void LogRenewed(string thumbprint, DateTime notAfter);

    [LoggerMessage(LogLevel.Error, "The cluster certificate cannot be renewed: {Trouble} {Thumbprint} is used meanwhile.")]
    partial void LogUnusable(string trouble, string thumbprint);
}
