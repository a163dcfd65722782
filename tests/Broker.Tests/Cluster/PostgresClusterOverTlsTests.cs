using System.Globalization;
using System.Net.Http.Headers;
using Broker.Api.Cluster;
using Broker.Cluster;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;

namespace Broker.Tests.Cluster;

/// <summary>Silos on one database: those with a certificate of the authority are one cluster, others are outside.</summary>
public sealed class PostgresClusterOverTlsTests : IAsyncLifetime
{
    const string MasterKey = "c2VjcmV0LW1hcmtlci1zZWNyZXQtbWFya2VyLTEyMzQ=";

    /// <summary>As the table of members has it.</summary>
    const int Active = 3;

    readonly ClusterAuthority _authority = new();
    TestBroker _first = null!;
    RecordedHandshakes _handshakes = null!;

    public async Task InitializeAsync()
    {
        _first = await TestBroker.StartAsync(settings: new(Keys.Concat(Files(_authority).Settings)), onPostgres: true);
        _handshakes = new(_first);
    }

    public async Task DisposeAsync()
    {
        _handshakes.Dispose();
        await _first.DisposeAsync();
    }

    static Dictionary<string, string?> Keys => new() { ["MasterKeys:k1"] = MasterKey, ["ActiveKeyId"] = "k1" };

    static ClusterDirectory Files(ClusterAuthority authority) => new(authority.Certify(ClusterRole.Silo), authority);

    /// <summary>Another silo on the database of the first.</summary>
    IEnumerable<KeyValuePair<string, string?>> Settings(string name, ClusterDirectory? files) =>
    [
        new("DataDirectory", Directory.CreateTempSubdirectory($"broker-{name}-").FullName), new("Audit:Writer", name), new("SiloPort", "0"), new("GatewayPort", "0"),
        new("AdminKey", TestBroker.AdminKey), new("Postgres:ConnectionString", _first.Postgres!.AsSilo), new("AlibabaCloud:Sts:Endpoint", $"{_first.Emulator.Sts}"),
        new("AlibabaCloud:Identity:AccessKeyId", TestBroker.KeyId), new("AlibabaCloud:Identity:AccessKeySecret", TestBroker.KeySecret),
        .. Keys, .. files?.Settings ?? [],
    ];

    async Task<int> CountAsync(string which) => Convert.ToInt32(await _first.SqlAsync($"SELECT count(*) FROM OrleansMembershipTable WHERE {which}"), CultureInfo.InvariantCulture);

    [PostgresFact]
    public async Task Silos_of_one_authority_form_a_cluster_that_others_do_not_join()
    {
        await using var second = await BrokerProcess.StartAsync("silo/Broker.Silo", Settings("second", Files(_authority)));
        Assert.Equal(2, await CountAsync($"Status = {Active}"));
        await _first.PutTenantAsync("acme");
        foreach (var role in Roles) await _first.PutRoleAsync("acme", role);
        await DemandOneClusterAsync(second);
        while (_handshakes.Next is { } outcome) Assert.Equal("success", outcome);

        var other = new ClusterAuthority();
        var pretender = Files(other);
        pretender.Trust(other, _authority);
        foreach (var (name, files) in new[] { ("pretender", pretender), ("plaintext", null) })
        {
            await using var third = BrokerProcess.Launch("silo/Broker.Silo", Settings(name, files));
            for (var attempt = 0; attempt < 2; attempt++) Assert.Equal("refused", await _handshakes.NextAsync());
            Assert.Equal(2, await CountAsync($"Status = {Active}"));
        }
        // Both had entered their names in the table, which is the database's to refuse, and got no further.
        Assert.Equal(2, await CountAsync($"Status <> {Active}"));
        await DemandOneClusterAsync(second);
    }

    /// <summary>Some of these live in either silo, whichever of them is asked.</summary>
    static IEnumerable<string> Roles => Enumerable.Range(0, 16).Select(i => $"role-{i}");

    async Task DemandOneClusterAsync(BrokerProcess second)
    {
        using var http = new HttpClient { BaseAddress = second.Api };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestBroker.AdminKey);
        foreach (var role in Roles)
        {
            using var response = await http.GetAsync($"{TestBroker.RolePath("acme", role)}/credentials");
            var answer = (await Answer.ReadAsync(response)).DemandSuccess();
            Assert.Equal((await _first.CredentialsAsync("acme", role)).AccessKeyId, answer.AccessKeyId);
        }
    }
}
