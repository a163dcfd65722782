using Broker.Cluster;

namespace Broker.Tests.Cluster;

/// <summary>The three files of one process, in a directory of their own.</summary>
sealed class ClusterDirectory
{
    readonly string _path = Directory.CreateTempSubdirectory("broker-cluster-").FullName;

    public ClusterDirectory(ClusterLeaf leaf, params ClusterAuthority[] authorities)
    {
        Put(leaf);
        Trust(authorities);
    }

    public string CertificateFile => Path.Combine(_path, "tls.crt");
    public string KeyFile => Path.Combine(_path, "tls.key");
    public string AuthorityFile => Path.Combine(_path, "ca.crt");

    /// <summary>As a process's configuration names them.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["ClusterTls:CertificateFile"] = CertificateFile,
        ["ClusterTls:KeyFile"] = KeyFile,
        ["ClusterTls:AuthorityFile"] = AuthorityFile,
    };

    public void Put(ClusterLeaf leaf)
    {
        File.WriteAllText(CertificateFile, leaf.Certificate);
        File.WriteAllText(KeyFile, leaf.Key);
    }

    public void Trust(params ClusterAuthority[] authorities) => File.WriteAllText(AuthorityFile, string.Join('\n', authorities.Select(a => a.Pem)));
}
