using System.Net;

namespace Broker;

/// <summary>The rule for CIDR blocks.</summary>
public static class Networks
{
    /// <summary>The rule in words, for error messages.</summary>
    public const string Rule = "must be a CIDR block such as 203.0.113.0/24, with no bits set beyond its length";

    /// <summary>Whether the text is a CIDR block that begins where it says: no bit is set beyond its length.</summary>
    public static bool IsValid(string text) =>
        text.Split('/') is [var address, _] && IPNetwork.TryParse(text, out var network) && IPAddress.TryParse(address, out var first) && first.Equals(network.BaseAddress);
}
