using System.Net;
using Broker.Api.Cluster;

namespace Broker.Silo;

/// <summary>Where a silo keeps its data and where it listens to other silos. Configuration keys are the properties' names.</summary>
public sealed class SiloOptions
{
    static readonly IPNetwork[] Private = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16")];

    /// <summary>The directory of the database and, outside Production, of the master keys. Default <c>.broker</c>. Made when missing.</summary>
    public string DataDirectory { get; set; } = ".broker";

    /// <summary>The silos that are one cluster, in one database. A name as tenants have it, default <c>broker</c>; API processes need the same.</summary>
    public string ClusterId { get; set; } = ClusterHosting.ServiceId;

    /// <summary>The IP address at which other silos and API processes find this one, and at which it listens. Default 127.0.0.1.</summary>
    public string AdvertisedAddress { get; set; } = "127.0.0.1";

    /// <summary>
    /// True lets <see cref="AdvertisedAddress"/> be one that is neither loopback nor private. It needs <c>ClusterTls</c>, and
    /// should stay false: Orleans' ports are then open to handshakes of the whole internet, and one stolen client certificate
    /// is enough to be inside from anywhere. Default false.
    /// </summary>
    public bool AllowPublicAddress { get; set; }

    /// <summary>The port for other silos; 0: any free one. Default 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>The port for API processes; 0: any free one. Default 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    static bool IsEvery(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Any.MapToIPv6());

    static bool IsPrivate(IPAddress address) => IPAddress.IsLoopback(address) || address.IsIPv6UniqueLocal || Private.Any(network => network.Contains(address));

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    /// <param name="encrypted">Whether TLS is on between the cluster's processes.</param>
    public string? BrokenRule(bool encrypted)
    {
        if (DataDirectory.Length == 0) return "DataDirectory must not be empty.";
        if (!Names.IsValid(ClusterId)) return $"ClusterId must have {Names.Rule}.";
        if (!IPAddress.TryParse(AdvertisedAddress, out var address) || IsEvery(address)) return "AdvertisedAddress must be an IP address that others can reach.";
        if (!IsPrivate(address) && !AllowPublicAddress) return "AdvertisedAddress must be a loopback or private address, unless AllowPublicAddress is true.";
        if (!IsPrivate(address) && !encrypted) return "AllowPublicAddress needs ClusterTls: without it whoever reaches Orleans' ports is taken for a part of the cluster.";
        if (SiloPort is < 0 or > 65_535) return "SiloPort must be 0 to 65535.";
        if (GatewayPort is < 0 or > 65_535) return "GatewayPort must be 0 to 65535.";
        return SiloPort == GatewayPort && SiloPort != 0 ? "SiloPort and GatewayPort must differ." : null;
    }
}
