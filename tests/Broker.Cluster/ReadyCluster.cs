namespace Broker.Cluster;

/// <summary>What <c>cluster.json</c> says: where everything is, and the demo's keys. Prints no key.</summary>
/// <param name="Postgres">A superuser's connection string of the broker's database.</param>
sealed record ReadyCluster(
    string[] Apis, ReadySilo[] Silos, string Postgres, string Sts, string Oss, string AdminKey, string ApiKey,
    string Tenant, string Role, string Bucket, string Region)
{
    public override string ToString() => $"{string.Join(' ', Apis)} {Tenant}/{Role}";
}

/// <summary>A silo's own process and its addresses.</summary>
sealed record ReadySilo(int Pid, string Api, string Management);
