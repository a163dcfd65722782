using Broker.Api.Cluster;
using Broker.Silo.Storage;

namespace Broker.Cluster;

/// <summary>An authority and what it has signed, a certificate for silos and one for API processes, in one directory.</summary>
sealed class ClusterCertificates
{
    /// <summary>They are found again at each start.</summary>
    const int Days = 3650;

    readonly string _directory;

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
        var authority = new ClusterAuthority(Days);
        Certify(authority, "silo", ClusterRole.Silo);
        Certify(authority, "client", ClusterRole.Client);
        // The last, so that where it is, all are.
        Write(Authority, authority.Pem);
    }

    void Certify(ClusterAuthority authority, string name, ClusterRole role)
    {
        var leaf = authority.Certify(role);
        Write(KeyFile(name), leaf.Key);
        Write(CertificateFile(name), leaf.Certificate);
    }

    static void Write(string path, string text)
    {
        File.Delete(path);
        using var writer = new StreamWriter(OwnerOnlyFile.Open(path, FileMode.CreateNew));
        writer.Write(text);
    }
}
