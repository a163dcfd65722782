using System.Net;
using System.Net.Sockets;

namespace Broker.Api.Authentication.Oidc;

/// <summary>
/// Which addresses are the public internet's. An issuer's name is somebody else's to resolve, and must not lead to what only
/// this machine reaches, such as the cloud's metadata (169.254.169.254, 100.100.100.200). Source: IANA's registries of
/// special-purpose addresses.
/// </summary>
static class AddressRules
{
    static readonly IPNetwork[] NotPublic =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Teredo and 6to4 have an IPv4 address within.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        ]).Select(IPNetwork.Parse),
    ];

    static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether the address is public.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(plain)) return false;
        return !NotPublic.Any(network => network.Contains(plain));
    }
}
