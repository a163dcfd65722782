using Broker.Api.Cluster;
using Broker.Cluster;
using Broker.Tests.EndToEnd;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Cluster;

/// <summary>Files that change under a silo that runs.</summary>
public sealed class RenewalTests : IAsyncLifetime
{
    readonly ClusterAuthority _old = new(), _new = new();
    readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    readonly ClusterLeaf _first;
    readonly ClusterDirectory _files;
    TestBroker _broker = null!;
    RecordedHandshakes _handshakes = null!;

    public RenewalTests() => _files = new(_first = _old.Certify(ClusterRole.Silo), _old);

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(clock: _clock, settings: _files.Settings, onPostgres: false);
        _handshakes = new(_broker);
    }

    public async Task DisposeAsync()
    {
        _handshakes.Dispose();
        await _broker.DisposeAsync();
    }

    /// <summary>Connects after a second, in which the files may be read again.</summary>
    async Task DemandAsync(string outcome, ClusterLeaf shown, ClusterAuthority client)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(shown.Thumbprint, (await new Peer(client.Certify(ClusterRole.Client)).TryAsync(_broker.GatewayPort)).Shown);
        Assert.Equal(outcome, await _handshakes.NextAsync());
    }

    List<string> Troubles => [.. _broker.Log.Lines.Where(line => line.Contains("cannot be renewed", StringComparison.Ordinal))];

    [Fact]
    public async Task An_authority_is_replaced_without_a_restart_and_connections_that_are_up_stay()
    {
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
        await DemandAsync("refused", _first, _new);
        await using var process = await ApiProcess.StartAsync(_broker, new(_old.Certify(ClusterRole.Client), _old, _new));
        Assert.Equal("success", await _handshakes.NextAsync());

        var second = _old.Certify(ClusterRole.Silo);
        _files.Put(second);
        await DemandAsync("success", second, _old);

        _files.Trust(_old, _new);
        await DemandAsync("success", second, _new);
        await DemandAsync("success", second, _old);

        var third = _new.Certify(ClusterRole.Silo);
        _files.Put(third);
        await DemandAsync("success", third, _old);

        _files.Trust(_new);
        await DemandAsync("refused", third, _old);
        await DemandAsync("success", third, _new);
        Assert.Equal(200, (await process.GetAsync($"{TestBroker.RolePath("acme", "uploads")}/credentials")).Status);
        Assert.Empty(Troubles);
    }

    [Theory]
    [InlineData("another key")]
    [InlineData("half a key")]
    [InlineData("no key")]
    [InlineData("an unknown authority")]
    [InlineData("no authority")]
    [InlineData("a client")]
    [InlineData("expired")]
    public async Task What_cannot_be_used_leaves_the_old_identity_and_one_line(string kind)
    {
        var next = _old.Certify(ClusterRole.Silo);
        Spoil(kind, next);
        await DemandAsync("success", _first, _old);
        await DemandAsync("success", _first, _old);
        Assert.Contains("ClusterTls:", Assert.Single(Troubles), StringComparison.Ordinal);

        _files.Put(next);
        _files.Trust(_old);
        await DemandAsync("success", next, _old);
        foreach (var key in (ClusterLeaf[])[_first, next])
            Assert.DoesNotContain(_broker.Log.Lines, line => line.Contains(key.Key.Split('\n')[1][..20], StringComparison.Ordinal));
    }

    void Spoil(string kind, ClusterLeaf next)
    {
        switch (kind)
        {
            case "another key": File.WriteAllText(_files.CertificateFile, next.Certificate); break;
            case "half a key": _files.Put(next with { Key = next.Key[..100] }); break;
            case "no key": File.Delete(_files.KeyFile); break;
            case "an unknown authority": _files.Put(_new.Certify(ClusterRole.Silo)); break;
            case "no authority": File.WriteAllText(_files.AuthorityFile, ""); break;
            case "a client": _files.Put(_old.Certify(ClusterRole.Client)); break;
            case "expired": _files.Put(_old.Certify(ClusterRole.Silo, expired: true)); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }
}
