using System.Net.NetworkInformation;

namespace Broker.Tests.AlibabaCloud.Sources;

/// <summary>A test that needs the metadata service's own address, which <c>tests/run</c> gives to a network namespace.</summary>
sealed class InstanceFactAttribute : FactAttribute
{
    public const string Address = "100.100.100.200";

    public InstanceFactAttribute()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => $"{one.Address}");
        if (!own.Contains(Address)) Skip = $"{Address} is no address of this machine.";
    }
}
