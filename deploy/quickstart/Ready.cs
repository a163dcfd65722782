namespace Broker.Quickstart;

/// <summary>What <c>quickstart.json</c> says: where everything is, and the demo's keys. Prints no key.</summary>
sealed record Ready(
    string Api, string Management, string Sts, string Oss, string AdminKey, string Tenant, string Role,
    string ApiKey, string CredentialUrl, string Bucket, string Region, int Pid)
{
    public override string ToString() => $"{Api} {Tenant}/{Role}";
}
