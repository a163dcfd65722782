using System.Net;
using System.Net.Sockets;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Broker.Api.Cluster;

/// <summary>The gateways of the configuration. Names are looked up each time Orleans asks.</summary>
sealed class NamedGateways(DnsEndPoint[] gateways) : IGatewayListProvider
{
    static readonly TimeSpan LookUp = TimeSpan.FromSeconds(5);

    public TimeSpan MaxStaleness { get; } = TimeSpan.FromSeconds(10);

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public async Task<IList<Uri>> GetGateways()
    {
        var found = await Task.WhenAll(gateways.Select(FindAsync));
        return [.. found.SelectMany(endpoints => endpoints).Distinct().Select(endpoint => endpoint.ToGatewayUri())];
    }

    static async Task<IEnumerable<IPEndPoint>> FindAsync(DnsEndPoint gateway)
    {
        using var patience = new CancellationTokenSource(LookUp);
        try { return (await Dns.GetHostAddressesAsync(gateway.Host, patience.Token)).Select(address => new IPEndPoint(address, gateway.Port)); }
        // A name that nobody has now: its silos have all gone, or are yet to come.
        catch (Exception e) when (e is SocketException or OperationCanceledException) { return []; }
    }
}
