using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Broker.Api.Cluster;

namespace Broker.Cluster;

/// <summary>A certificate authority of a cluster. Two of them do not know each other.</summary>
public sealed class ClusterAuthority
{
    static readonly DateTimeOffset Begin = TimeProvider.System.GetUtcNow().AddDays(-10);

    readonly X509Certificate2 _certificate;

    /// <param name="days">For how many days it and what it certifies are valid from now.</param>
    public ClusterAuthority(int days = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _certificate = Request($"CN=Authority {Guid.NewGuid():N}", key).CreateSelfSigned(Begin, TimeProvider.System.GetUtcNow().AddDays(days));
    }

    ClusterAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>Its certificate, in PEM.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A new certificate of the role.</summary>
    public ClusterLeaf Certify(ClusterRole role, bool expired = false) => Certify(role.Name, role.Usages, expired);

    /// <summary>A new certificate with this name and these extended key usages.</summary>
    public ClusterLeaf Certify(string name, string[] usages, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. usages.Select(u => new Oid(u))], critical: false));
        using var certificate = request.Create(_certificate, Begin, expired ? Begin.AddDays(1) : _certificate.NotAfter, RandomNumberGenerator.GetBytes(8));
        return new(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>An authority that this one certifies.</summary>
    public ClusterAuthority Intermediate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request("CN=Intermediate authority", key).Create(_certificate, Begin, _certificate.NotAfter, RandomNumberGenerator.GetBytes(8));
        return new(certificate.CopyWithPrivateKey(key));
    }

    static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request;
    }
}

/// <summary>A certificate, with what else its file has, and its private key: both in PEM.</summary>
public sealed record ClusterLeaf(string Certificate, string Key)
{
    /// <summary>Names the certificate.</summary>
    public string Thumbprint
    {
        get
        {
            using var certificate = X509Certificate2.CreateFromPem(Certificate);
            return certificate.Thumbprint;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Thumbprint;

    /// <summary>For a TLS connection.</summary>
    public SslStreamCertificateContext Open() => SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(Certificate, Key), null, offline: true);
}
