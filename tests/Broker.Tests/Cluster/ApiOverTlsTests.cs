using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Broker.Api.Cluster;
using Broker.Cluster;
using Broker.Tests.EndToEnd;

namespace Broker.Tests.Cluster;

/// <summary>API processes and gateways that have certificates, the right ones and others.</summary>
public sealed class ApiOverTlsTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly ClusterAuthority _authority = new();

    ClusterDirectory Files(ClusterRole role) => new(_authority.Certify(role), _authority);

    [Fact]
    public async Task An_API_process_is_served_and_a_thousand_signed_URLs_come_through_whole()
    {
        await using var broker = await TestBroker.StartAsync(settings: Files(ClusterRole.Silo).Settings);
        await broker.PutLocalTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        await using var process = await ApiProcess.StartAsync(broker, Files(ClusterRole.Client));
        Assert.Equal((await broker.CredentialsAsync("acme", "uploads")).AccessKeyId, (await process.GetAsync($"{TestBroker.RolePath("acme", "uploads")}/credentials")).AccessKeyId);

        var keys = Enumerable.Range(0, 1000).Select(i => $"{new string('k', 200)}/{i}.txt").ToArray();
        var answer = (await process.PostAsync($"{TestBroker.RolePath("acme", "uploads")}/signed-urls", new { requests = keys.Select(key => new { method = "PUT", key }) })).DemandSuccess();
        var urls = answer.Json.GetProperty("urls").EnumerateArray().Select(u => new Uri(u.GetProperty("url").GetString()!)).ToArray();
        Assert.True(answer.Text.Length > 500_000, $"{answer.Text.Length} characters");
        Assert.Equal(keys.Select(key => $"/{TestBroker.Bucket}/tenants/acme/{key}"), urls.Select(u => u.AbsolutePath));
        using var http = new HttpClient();
        foreach (var url in (Uri[])[urls[0], urls[499], urls[999]])
        {
            using var response = await http.PutAsync(url, new ByteArrayContent([1, 2, 3]));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Intermediates_are_shown_beside_the_certificate()
    {
        ClusterDirectory Below(ClusterRole role)
        {
            var intermediate = _authority.Intermediate();
            var leaf = intermediate.Certify(role);
            return new(leaf with { Certificate = $"{leaf.Certificate}\n{intermediate.Pem}" }, _authority);
        }
        await using var broker = await TestBroker.StartAsync(settings: Below(ClusterRole.Silo).Settings, onPostgres: false);
        await using var process = await ApiProcess.StartAsync(broker, Below(ClusterRole.Client));
        Assert.Equal(200, (await process.GetAsync("/v1/tenants")).Status);
    }

    [Theory]
    [InlineData("plaintext")]
    [InlineData("another authority")]
    public async Task An_API_process_of_another_kind_never_gets_in(string kind)
    {
        await using var broker = await TestBroker.StartAsync(settings: Files(ClusterRole.Silo).Settings, onPostgres: false);
        using var handshakes = new RecordedHandshakes(broker);
        // It takes the silo's certificate for good, and shows one that the silo does not know.
        var files = kind == "plaintext" ? null : new ClusterDirectory(_authority.Certify(ClusterRole.Client), _authority);
        var other = new ClusterAuthority();
        files?.Put(other.Certify(ClusterRole.Client));
        files?.Trust(other, _authority);
        await using var process = BrokerProcess.Launch("api/Broker.Api", ApiProcess.Settings(broker.GatewayPort, files));
        for (var attempt = 0; attempt < 2; attempt++) Assert.Equal("refused", await handshakes.NextAsync());
    }

    [Theory]
    [InlineData("silo", true)]
    [InlineData("client", false)]
    [InlineData("another authority", false)]
    [InlineData("expired", false)]
    public async Task An_API_process_tells_nothing_to_a_gateway_that_is_no_silo_of_its_authority(string kind, bool trusted)
    {
        var leaf = kind switch
        {
            "silo" => _authority.Certify(ClusterRole.Silo),
            "client" => _authority.Certify(ClusterRole.Client),
            "expired" => _authority.Certify(ClusterRole.Silo, expired: true),
            _ => new ClusterAuthority().Certify(ClusterRole.Silo),
        };
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        gateway.Start();
        await using var process = BrokerProcess.Launch("api/Broker.Api", ApiProcess.Settings(((IPEndPoint)gateway.LocalEndpoint).Port, Files(ClusterRole.Client)));
        using var tcp = await gateway.AcceptTcpClientAsync().WaitAsync(Patience);
        await using var ssl = new SslStream(tcp.GetStream());
        var handshake = ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = leaf.Open(), ApplicationProtocols = [new("broker-cluster/1")], EnabledSslProtocols = SslProtocols.Tls13 });
        var heard = 0;
        try
        {
            await handshake.WaitAsync(Patience);
            heard = await ssl.ReadAsync(new byte[1024]).AsTask().WaitAsync(Patience);
        }
        catch (Exception e) when (e is IOException or AuthenticationException) { }
        Assert.Equal(trusted, heard > 0);
    }

    [Fact]
    public async Task An_API_process_tells_nothing_to_a_gateway_in_plaintext()
    {
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        gateway.Start();
        await using var process = BrokerProcess.Launch("api/Broker.Api", ApiProcess.Settings(((IPEndPoint)gateway.LocalEndpoint).Port, Files(ClusterRole.Client)));
        using var tcp = await gateway.AcceptTcpClientAsync().WaitAsync(Patience);
        var heard = new byte[16_384];
        // A handshake's first record, and after an answer in plaintext no other.
        Assert.NotEqual(0, await tcp.GetStream().ReadAsync(heard).AsTask().WaitAsync(Patience));
        Assert.Equal(22, heard[0]);
        await tcp.GetStream().WriteAsync(new byte[64]);
        int more;
        do
        {
            more = 0;
            try { more = await tcp.GetStream().ReadAsync(heard).AsTask().WaitAsync(Patience); }
            catch (IOException) { }
            // The one thing that it may still say is why it goes.
            if (more > 0) Assert.Equal(21, heard[0]);
        }
        while (more > 0);
    }

    [Theory]
    [InlineData("api/Broker.Api")]
    [InlineData("silo/Broker.Silo")]
    public async Task A_process_without_its_files_does_not_start(string project)
    {
        var files = Files(project == "api/Broker.Api" ? ClusterRole.Client : ClusterRole.Silo);
        File.Delete(files.KeyFile);
        await Assert.ThrowsAsync<InvalidOperationException>(() => BrokerProcess.StartAsync(project, files.Settings).WaitAsync(Patience));
    }
}
