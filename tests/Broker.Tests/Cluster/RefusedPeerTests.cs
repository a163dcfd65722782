using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Broker.Api.Cluster;
using Broker.Cluster;
using Broker.Tests.EndToEnd;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Cluster;

/// <summary>Who gets into neither port of a silo, and who does.</summary>
public sealed class RefusedPeerTests : IAsyncLifetime
{
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    readonly ClusterAuthority _authority = new();
    readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    TestBroker _broker = null!;
    RecordedHandshakes _handshakes = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(clock: _clock, settings: new ClusterDirectory(_authority.Certify(ClusterRole.Silo), _authority).Settings, onPostgres: false);
        _handshakes = new(_broker);
    }

    public async Task DisposeAsync()
    {
        _handshakes.Dispose();
        await _broker.DisposeAsync();
    }

    List<string> Refusals => [.. _broker.Log.Lines.Where(line => line.Contains("is refused:", StringComparison.Ordinal))];

    [Theory]
    [InlineData("no certificate", "RemoteCertificateNotAvailable", "RemoteCertificateNotAvailable")]
    [InlineData("another authority", "PartialChain", "PartialChain")]
    [InlineData("expired", "NotTimeValid", "NotTimeValid")]
    [InlineData("another name", "does not name client.broker.internal", "does not name silo.broker.internal")]
    [InlineData("any name", "does not name client.broker.internal", "does not name silo.broker.internal")]
    [InlineData("a server only", "NotValidForUsage", "NotValidForUsage")]
    [InlineData("no protocol", "does not speak", "does not speak")]
    [InlineData("another protocol", "", "")]
    [InlineData("TLS 1.2", "", "")]
    [InlineData("client", null, "does not name silo.broker.internal")]
    [InlineData("silo", "does not name client.broker.internal", null)]
    public async Task A_peer_gets_in_by_a_certificate_of_the_authority_for_the_port_that_it_asks(string kind, string? refusedByGateway, string? refusedBySilo)
    {
        foreach (var (port, role, reason) in new[] { (_broker.GatewayPort, ClusterRole.Client, refusedByGateway), (_broker.SiloPort, ClusterRole.Silo, refusedBySilo) })
        {
            // The next refusal has a line of its own.
            _clock.Advance(TimeSpan.FromSeconds(1));
            var before = Refusals.Count;
            var (_, told) = await PeerOf(kind, role).TryAsync(port);
            Assert.Equal(reason is null ? "success" : "refused", await _handshakes.NextAsync());
            Assert.Equal(reason is null ? 0 : 1, Refusals.Count - before);
            if (reason is null) continue;
            Assert.Contains(reason, Refusals[^1], StringComparison.Ordinal);
            Assert.Equal(0, told);
        }
    }

    /// <summary>Of the role that the port wants, but for what its kind says.</summary>
    Peer PeerOf(string kind, ClusterRole role) => kind switch
    {
        "no certificate" => new(null),
        "another authority" => new(new ClusterAuthority().Certify(role)),
        "expired" => new(_authority.Certify(role, expired: true)),
        "another name" => new(_authority.Certify("storage.broker.internal", role.Usages)),
        "any name" => new(_authority.Certify("*.broker.internal", role.Usages)),
        "a server only" => new(_authority.Certify(role.Name, [ServerAuthentication])),
        "no protocol" => new(_authority.Certify(role), Protocol: ""),
        "another protocol" => new(_authority.Certify(role), Protocol: "h2"),
        "TLS 1.2" => new(_authority.Certify(role), Version: SslProtocols.Tls12),
        "client" => new(_authority.Certify(ClusterRole.Client)),
        "silo" => new(_authority.Certify(ClusterRole.Silo)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0010\0\0\0plaintext-plain\n")]
    public async Task Plaintext_is_closed_at_once(string text)
    {
        foreach (var port in (int[])[_broker.GatewayPort, _broker.SiloPort])
        {
            using var tcp = await Peer.ConnectAsync(port);
            await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
            Assert.Equal(0, await Peer.ReadToEndAsync(tcp.GetStream()));
            Assert.Equal("refused", await _handshakes.NextAsync());
        }
    }

    [Fact]
    public async Task A_peer_that_says_nothing_is_closed_before_Orleans_would_give_it_up()
    {
        await using var broker = await TestBroker.StartAsync(settings: new ClusterDirectory(_authority.Certify(ClusterRole.Silo), _authority).Settings, onPostgres: false);
        using var tcp = await Peer.ConnectAsync(broker.GatewayPort);
        Assert.Equal(0, await Peer.ReadToEndAsync(tcp.GetStream()));
        Assert.Contains(broker.Log.Lines, line => line.Contains("The handshake is too slow.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Peers_that_only_wait_hold_a_bounded_number_of_places_and_one_line_of_the_log()
    {
        const int Beyond = 5;
        var waiting = new List<TcpClient>();
        var cutOff = 0;
        for (var i = 0; i < PendingHandshakes.MostOfAddress + Beyond; i++)
        {
            try { waiting.Add(await Peer.ConnectAsync(_broker.GatewayPort)); }
            // One that gets no place may be closed before it knows that it is connected.
            catch (SocketException) { cutOff++; }
        }
        var ends = waiting.Select(tcp => Peer.ReadToEndAsync(tcp.GetStream())).ToList();
        for (var i = cutOff; i < Beyond; i++)
        {
            var ended = await Task.WhenAny(ends);
            ends.Remove(ended);
            Assert.Equal(0, await ended);
        }
        Assert.Contains("Too many", Assert.Single(Refusals), StringComparison.Ordinal);

        foreach (var tcp in waiting) tcp.Client.Shutdown(SocketShutdown.Both);
        await Task.WhenAll(ends);
        for (var i = 0; i < PendingHandshakes.MostOfAddress; i++) Assert.Equal("refused", await _handshakes.NextAsync());
        await new Peer(_authority.Certify(ClusterRole.Client)).TryAsync(_broker.GatewayPort);
        Assert.Equal("success", await _handshakes.NextAsync());

        _clock.Advance(TimeSpan.FromSeconds(1));
        await new Peer(null).TryAsync(_broker.GatewayPort);
        Assert.Equal("refused", await _handshakes.NextAsync());
        Assert.Contains($"({PendingHandshakes.MostOfAddress + Beyond - 1} more", Refusals[^1], StringComparison.Ordinal);
    }
}
