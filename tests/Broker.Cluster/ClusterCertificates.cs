using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Broker.Silo.Storage;

namespace Broker.Cluster;

/// <summary>An authority and what it has signed, a certificate for silos and one for API processes, in one directory.</summary>
sealed class ClusterCertificates
{
    const string ServerUse = "1.3.6.1.5.5.7.3.1", ClientUse = "1.3.6.1.5.5.7.3.2";
    static readonly TimeSpan Life = TimeSpan.FromDays(3650), Before = TimeSpan.FromDays(1);

    readonly string _directory;
    readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    /// <summary>Makes them, where an earlier start has not.</summary>
    public ClusterCertificates(string directory)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        if (!File.Exists(Authority)) Make();
    }

    /// <summary>The settings of a silo.</summary>
    public Dictionary<string, string?> OfSilo => Settings("silo");

    /// <summary>The settings of an API process.</summary>
    public Dictionary<string, string?> OfClient => Settings("client");

    string Authority => Path.Combine(_directory, "authority.pem");

    Dictionary<string, string?> Settings(string name) => new()
    {
        ["ClusterTls:CertificateFile"] = CertificateFile(name),
        ["ClusterTls:KeyFile"] = KeyFile(name),
        ["ClusterTls:AuthorityFile"] = Authority,
    };

    string CertificateFile(string name) => Path.Combine(_directory, $"{name}.pem");

    string KeyFile(string name) => Path.Combine(_directory, $"{name}.key");

    void Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Broker cluster authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var authority = request.CreateSelfSigned(_now - Before, _now + Life);
        Sign(authority, "silo", ServerUse, ClientUse);
        Sign(authority, "client", ClientUse);
        // The last, so that where it is, all are.
        Write(Authority, authority.ExportCertificatePem());
    }

    void Sign(X509Certificate2 authority, string name, params string[] uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName($"{name}.broker.internal");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. uses.Select(use => new Oid(use))], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(16));
        Write(KeyFile(name), key.ExportPkcs8PrivateKeyPem());
        Write(CertificateFile(name), certificate.ExportCertificatePem());
    }

    static void Write(string path, string text)
    {
        File.Delete(path);
        using var writer = new StreamWriter(OwnerOnlyFile.Open(path, FileMode.CreateNew));
        writer.Write(text);
    }
}
