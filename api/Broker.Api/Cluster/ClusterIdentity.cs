using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Broker.Api.Cluster;

/// <summary>What a process shows to the others of its cluster, and by which authorities it knows them.</summary>
sealed class ClusterIdentity
{
    readonly X509Certificate2Collection _roots;

    /// <summary>From the texts of the three files.</summary>
    /// <exception cref="InvalidOperationException">They are unusable, or not of one piece; the message names the setting.</exception>
    public ClusterIdentity(string certificate, string key, string authority, ClusterRole role)
    {
        _roots = Certificates(authority, nameof(ClusterTlsOptions.AuthorityFile));
        var intermediates = Certificates(certificate, nameof(ClusterTlsOptions.CertificateFile));
        intermediates.RemoveAt(0);
        Certificate = Pair(certificate, key);
        DemandUse(intermediates, role);
        // Offline: certificates name addresses of their own, which nobody has checked.
        Shown = SslStreamCertificateContext.Create(Certificate, intermediates, offline: true);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate with its intermediates.</summary>
    public SslStreamCertificateContext Shown { get; }

    /// <summary>How others' certificates are judged. SslStream adds the usage that the peer's side needs.</summary>
    public X509ChainPolicy ChainPolicy()
    {
        // A private authority has no one to ask about revocation: certificates live shortly instead.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(_roots);
        return policy;
    }

    static X509Certificate2Collection Certificates(string pem, string setting)
    {
        var certificates = new X509Certificate2Collection();
        try { certificates.ImportFromPem(pem); }
        catch (CryptographicException) { throw Unusable(setting, "has a certificate that cannot be read"); }
        return certificates.Count > 0 ? certificates : throw Unusable(setting, "has no certificate in PEM");
    }

    static X509Certificate2 Pair(string certificate, string key)
    {
        try { return X509Certificate2.CreateFromPem(certificate, key); }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Unusable(nameof(ClusterTlsOptions.KeyFile), $"has no unencrypted private key in PEM that belongs to {ClusterTlsOptions.Section}:{nameof(ClusterTlsOptions.CertificateFile)}");
        }
    }

    /// <summary>What others would refuse is refused here, where the reason can be read.</summary>
    void DemandUse(X509Certificate2Collection intermediates, ClusterRole role)
    {
        if (!role.IsOf(Certificate)) throw Unusable(nameof(ClusterTlsOptions.CertificateFile), $"does not name {role.Name}");
        using var chain = new X509Chain { ChainPolicy = ChainPolicy() };
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        foreach (var usage in role.Usages) chain.ChainPolicy.ApplicationPolicy.Add(new(usage));
        if (!chain.Build(Certificate))
            throw Unusable(nameof(ClusterTlsOptions.CertificateFile), $"is not valid by {ClusterTlsOptions.Section}:{nameof(ClusterTlsOptions.AuthorityFile)} for what it is used for "
                + $"({string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct())})");
    }

    static InvalidOperationException Unusable(string setting, string why) => new($"{ClusterTlsOptions.Section}:{setting} {why}.");
}
