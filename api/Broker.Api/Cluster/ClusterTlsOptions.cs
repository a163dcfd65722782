using System.Diagnostics.CodeAnalysis;

namespace Broker.Api.Cluster;

/// <summary>
/// Mutual TLS on the connections of silos and API processes. Configuration section <c>ClusterTls</c>. On when its three files
/// are set; they are read again for new connections, at most once per second.
/// </summary>
public sealed class ClusterTlsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "ClusterTls";

    const string Files = $"{Section}:{nameof(CertificateFile)}, {Section}:{nameof(KeyFile)} and {Section}:{nameof(AuthorityFile)}";

    /// <summary>PEM: this process's certificate, then the intermediates up to the authority's. Null (default): no TLS.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM: the certificate's private key, not encrypted. Null (default): no TLS.</summary>
    public string? KeyFile { get; set; }

    /// <summary>PEM: the cluster's own certificate authority, and beside it the next one while it is rotated. Null (default): no TLS.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>
    /// True lets Production do without TLS: whoever reaches Orleans' ports is then taken for a part of the cluster. For one
    /// silo on loopback, or a network that nothing else is on. Default false.
    /// </summary>
    public bool Disabled { get; set; }

    /// <summary>Whether connections are encrypted and both of their sides authenticated.</summary>
    [MemberNotNullWhen(true, nameof(CertificateFile), nameof(KeyFile), nameof(AuthorityFile))]
    public bool IsOn => CertificateFile is { Length: > 0 } && KeyFile is { Length: > 0 } && AuthorityFile is { Length: > 0 };

    /// <summary>The rule that the settings break, naming the keys; null when they are valid.</summary>
    /// <param name="production">Production demands TLS, or that it is disabled in so many words.</param>
    public string? BrokenRule(bool production)
    {
        var anySet = CertificateFile is { Length: > 0 } || KeyFile is { Length: > 0 } || AuthorityFile is { Length: > 0 };
        if (anySet && Disabled) return $"{Section}:{nameof(Disabled)} must not be true where {Files} are set.";
        if (anySet && !IsOn) return $"{Files} must be set together.";
        return production && !IsOn && !Disabled
            ? $"{Files} are required in Production. On a single machine, or a network that nothing else is on, {Section}:{nameof(Disabled)}=true does without."
            : null;
    }
}
