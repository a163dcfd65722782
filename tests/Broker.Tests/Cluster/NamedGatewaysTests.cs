using System.Net;
using Broker.Api.Cluster;

namespace Broker.Tests.Cluster;

public sealed class NamedGatewaysTests
{
    static ClusterClientOptions Of(params string[] gateways) => new() { Orleans = new() { Gateways = gateways } };

    [Theory]
    [InlineData("10.0.0.1:30000")]
    [InlineData("[fd00::1]:30000")]
    [InlineData("silos:30000")]
    [InlineData("silo-1.silos.broker.svc.cluster.local:30000")]
    public void Addresses_and_names_are_gateways(string gateway) => Assert.Null(Of(gateway).BrokenRule());

    [Theory]
    [InlineData("silos")]
    [InlineData("10.0.0.1")]
    [InlineData("silos:")]
    [InlineData("silos:0")]
    [InlineData("silos:65536")]
    [InlineData("tcp://silos:30000")]
    [InlineData("a@silos:30000")]
    [InlineData("silos:30000/path")]
    public void Anything_else_is_none(string gateway) => Assert.StartsWith($"Orleans:Gateways: '{gateway}'", Of("10.0.0.1:30000", gateway).BrokenRule(), StringComparison.Ordinal);

    [Fact]
    public async Task A_name_stands_for_its_addresses_and_one_that_nobody_has_for_none()
    {
        var loopback = (await Dns.GetHostAddressesAsync("localhost")).Length;
        var found = await new NamedGateways(Of("localhost:30000", "127.0.0.2:30001", "nobody.invalid:30000").Gateways).GetGateways();
        Assert.Equal(loopback + 1, found.Count);
        Assert.Contains(found, gateway => gateway.Host == "127.0.0.2" && gateway.Port == 30001);
    }

    [Fact]
    public void By_default_it_is_the_silo_on_this_machine() => Assert.Equal(new DnsEndPoint("127.0.0.1", 30000), Assert.Single(Of().Gateways));
}
