using Broker.AlibabaCloud;
using Broker.Api.Hosting;
using Broker.Silo;
using Broker.Tests.AlibabaCloud.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Broker.Tests.Silo;

/// <summary>A broken setting stops the start with a message that names it.</summary>
public sealed class ConfigurationTests : IDisposable
{
    const string MasterKey = "c2VjcmV0LW1hcmtlci1zZWNyZXQtbWFya2VyLTEyMzQ=";

    readonly string _data = Directory.CreateTempSubdirectory("broker-configuration-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    Dictionary<string, string?> Valid => new()
    {
        ["DataDirectory"] = _data,
        ["AlibabaCloud:Identity:AccessKeyId"] = "id",
        ["AlibabaCloud:Identity:AccessKeySecret"] = "secret",
        ["MasterKeys:k1"] = MasterKey,
        ["ActiveKeyId"] = "k1",
        ["PublicUrl"] = "https://broker.example.com",
        ["AdminKey"] = "an-administrator-of-the-tests",
        ["ClusterTls:Disabled"] = "true",
    };

    static WebApplication Build(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.AddInMemoryCollection(settings);
        return builder.AddBrokerSilo().Build();
    }

    /// <summary>Why these are refused: never with a secret that is among them.</summary>
    static InvalidOperationException Refusal(Dictionary<string, string?> settings)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Build(settings));
        Assert.DoesNotContain(MasterKey, refusal.ToString(), StringComparison.Ordinal);
        return refusal;
    }

    [Fact]
    public async Task Valid_settings_build()
    {
        await using var app = Build(Valid);
        Assert.NotNull(app);
    }

    [Theory]
    [InlineData("MasterKeys:k1", null, "MasterKeyFile")]
    [InlineData("ActiveKeyId", "k2", "MasterKeys")]
    [InlineData("PublicUrl", null, "PublicUrl")]
    [InlineData("PublicUrl", "https://broker.example.com/path", "PublicUrl")]
    [InlineData("AdminKey", "short", "AdminKey")]
    [InlineData("AdminKeyFile", "/nowhere", "AdminKey")]
    [InlineData("AlibabaCloud:Identity:AccessKeySecret", null, "AlibabaCloud:Identity:AccessKeySecret")]
    [InlineData("AlibabaCloud:Sts:Endpoint", "http://sts.example.com", "AlibabaCloud:Sts:Endpoint")]
    [InlineData("AlibabaCloud:Sts:Endpoint", "http://127.0.0.1:1", "AlibabaCloud:Sts:Endpoint")]
    [InlineData("AlibabaCloud:Sts:Vpc", "true", "AlibabaCloud:Sts:Vpc")]
    [InlineData("AlibabaCloud:Sts:Region", "x/y", "AlibabaCloud:Sts:Region")]
    [InlineData("Kestrel:Endpoints:Public:Url", "http://0.0.0.0:8080", "Proxy:KnownNetworks")]
    [InlineData("Kestrel:Endpoints:Public:Url", "http://*:8080", "Proxy:KnownNetworks")]
    [InlineData("Kestrel:Endpoints:Public:Url", "http://[::]:8080", "Proxy:KnownNetworks")]
    [InlineData("Proxy:KnownNetworks:0", "everywhere", "Proxy:KnownNetworks")]
    [InlineData("Confirmation:LongestSeconds", "9", "Confirmation:LongestSeconds")]
    [InlineData("Platform:Trust:0:Issuer", "http://login.example.com", "Platform:Trust[0].issuer")]
    [InlineData("Platform:Trust:0:Rules:0:Scopes:0", "fly", "Platform:Trust[0].rules[0].scopes")]
    [InlineData("Oidc:AllowedPrivateHosts:0", "https://login.example.com", "Oidc:AllowedPrivateHosts")]
    [InlineData("Oidc:AllowedPrivateHosts:0", "login.example.com:8443", "Oidc:AllowedPrivateHosts")]
    [InlineData("Oidc:AllowedPrivateHosts:0", "::1", "Oidc:AllowedPrivateHosts")]
    [InlineData("Oidc:CertificateAuthorityFile", "/nowhere", "Oidc:CertificateAuthorityFile")]
    [InlineData("Audit:Writer", "My Host", "Audit:Writer")]
    [InlineData("Limits:RefusalBurst", "0", "Limits:RefusalBurst")]
    [InlineData("Limits:RefusalsPerSecond", "0", "Limits:RefusalsPerSecond")]
    [InlineData("Audit:QueueCapacity", "99", "Audit:QueueCapacity")]
    [InlineData("SiloPort", "-1", "SiloPort")]
    [InlineData("GatewayPort", "11111", "GatewayPort")]
    [InlineData("ClusterId", "My Cluster", "ClusterId")]
    [InlineData("AdvertisedAddress", "silo-1", "AdvertisedAddress")]
    [InlineData("AdvertisedAddress", "0.0.0.0", "AdvertisedAddress")]
    [InlineData("AdvertisedAddress", "8.8.8.8", "AllowPublicAddress")]
    [InlineData("ClusterTls:Disabled", null, "ClusterTls:CertificateFile, ClusterTls:KeyFile and ClusterTls:AuthorityFile are required in Production")]
    [InlineData("ClusterTls:KeyFile", "/nowhere", "ClusterTls:Disabled")]
    [InlineData("Postgres:ConnectionString", "Host=db;Username=broker;Password=" + MasterKey, "Postgres:ConnectionString must name")]
    [InlineData("Postgres:ConnectionString", "Host=db;Database=broker;Username=broker;Password=;" + MasterKey, "Postgres:ConnectionString is not")]
    [InlineData("Postgres:ConnectionString", "Host=db;Port=" + MasterKey, "Postgres:ConnectionString is not")]
    [InlineData("Postgres:MigrationConnectionString", "Host=db;Database=broker;Username=owner", "Postgres:ConnectionString")]
    [InlineData("StsBudget:RatePerSecond", "0", "StsBudget:RatePerSecond")]
    [InlineData("StsBudget:Burst", "0", "StsBudget:Burst")]
    [InlineData("StsBudget:RenewalBurst", "1001", "StsBudget:RenewalBurst")]
    [InlineData("StsBudget:Identities:china:RatePerSecond", "0", "StsBudget:Identities:china:RatePerSecond")]
    [InlineData("StsBudget:Identities:china:RatePerSecond", "NaN", "StsBudget:Identities:china:RatePerSecond")]
    [InlineData("StsBudget:Identities:china:Burst", "0", "StsBudget:Identities:china:Burst")]
    [InlineData("StsBudget:Identities:china:Burst", "1", "StsBudget:Identities:china is of no identity")]
    [InlineData("AlibabaCloud:Identity:Kind", "Oidc", "AlibabaCloud:Identity:AccessKeyId is for AlibabaCloud:Identity:Kind AccessKey")]
    [InlineData("AlibabaCloud:Identities:china:Kind", "AccessKey", "AlibabaCloud:Identities:china:AccessKeyId is needed")]
    [InlineData("AlibabaCloud:Identities:china:Kind", "Process", "AlibabaCloud:Identities:china:ProcessCommand is needed")]
    [InlineData("AlibabaCloud:Identities:china:Role:RoleArn", "role/x", "AlibabaCloud:Identities:china:Role:RoleArn must be acs:ram::")]
    [InlineData("AlibabaCloud:Identities:china:Role:DurationSeconds", "60", "AlibabaCloud:Identities:china:Role:DurationSeconds must be 900 to 43200")]
    [InlineData("AlibabaCloud:Identities:default:Kind", "Default", "AlibabaCloud:Identities:default is AlibabaCloud:Identity")]
    [InlineData("StsBudget:Identities:Not_a_name:Burst", "1", "StsBudget:Identities:Not_a_name ")]
    [InlineData("Audit:RetentionDays", "0", "Audit:RetentionDays")]
    [InlineData("Audit:RetentionDays", "3651", "Audit:RetentionDays")]
    [InlineData("Kestrel:Endpoints:Public:Url", "nonsense", "Kestrel:Endpoints:Public:Url")]
    [InlineData("Management:Url", "http://127.0.0.1:8081/path", "Management:Url")]
    [InlineData("Management:Url", "ftp://127.0.0.1:8081", "Management:Url")]
    [InlineData("DrainSeconds", "61", "DrainSeconds")]
    [InlineData("DataDirectory", "/dev/null/broker", "DataDirectory")]
    [InlineData("SecretsDirectory", "/nowhere", "SecretsDirectory")]
    [InlineData("MasterKeyFile", "/nowhere", "MasterKeys or MasterKeyFile")]
    public void A_broken_setting_is_named(string key, string? value, string named)
    {
        var settings = Valid;
        settings.Remove(key);
        if (value is not null) settings[key] = value;
        Assert.Contains(named, Refusal(settings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_that_is_not_compiled_in_is_refused()
    {
        foreach (var missing in Enum.GetValues<CloudProvider>().Except(Providers.CompiledIn))
            Assert.Contains($"AlibabaCloud:Provider {missing} is not in this program", Refusal(new(Valid) { ["AlibabaCloud:Provider"] = $"{missing}" }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SiloPort", "abc", "SiloPort must be a whole number.")]
    [InlineData("DrainSeconds", "5s", "DrainSeconds must be a whole number.")]
    [InlineData("DrainSeconds", "", "DrainSeconds must not be empty: leave it out, or give it a value.")]
    [InlineData("AdminKey", "", "AdminKey must not be empty: leave it out, or give it a value.")]
    [InlineData("AllowPublicAddress", "yes", "AllowPublicAddress must be true or false.")]
    [InlineData("StsBudget:RatePerSecond", "fast", "StsBudget:RatePerSecond must be a number.")]
    [InlineData("StsBudget:Identities:china:Burst", "1.5", "StsBudget:Identities:china:Burst must be a whole number.")]
    [InlineData("Management:Url", "nonsense", "Management:Url must be a whole URL, such as https://host.")]
    [InlineData("PublicUrl", "broker.example.com", "PublicUrl must be a whole URL, such as https://host.")]
    [InlineData("Proxy:KnownNetworks", "10.0.0.0/8", "Proxy:KnownNetworks is not one value: set Proxy:KnownNetworks:0.")]
    [InlineData("MasterKeys", MasterKey, "MasterKeys is not one value: set MasterKeys:{name}.")]
    [InlineData("Postgres:ConectionString", "Host=db", "Postgres:ConectionString is no setting here. Is Postgres:ConnectionString meant?")]
    [InlineData("Postgress:ConnectionString", "Host=db", "Postgress:ConnectionString is no setting here. Is Postgres:ConnectionString meant?")]
    [InlineData("AlibabaCloud:Sts:EndPiont", "https://sts.example.com", "AlibabaCloud:Sts:EndPiont is no setting here. Is AlibabaCloud:Sts:Endpoint meant?")]
    [InlineData("Audit:RetentionDay", "9", "Audit:RetentionDay is no setting here. Is Audit:RetentionDays meant?")]
    [InlineData("StsBudget:Identities:china:Rate", "9", "StsBudget:Identities:china:Rate is no setting here.")]
    [InlineData("Platform:Trust:0:Rules:0:Claims:a:b", "c", "Platform:Trust:0:Rules:0:Claims:a:b is no setting here.")]
    [InlineData("DrainSeconds:0", "5", "DrainSeconds:0 is no setting here. Is DrainSeconds meant?")]
    [InlineData("DrainSecond", "5", "DrainSecond is no setting here. Is DrainSeconds meant?")]
    [InlineData("AdminKyeFile", "/etc/broker/admin-key", "AdminKyeFile is no setting here. Is AdminKeyFile meant?")]
    [InlineData("Kestrel:Endpoints:Public:Urls", "http://127.0.0.1:1", "Kestrel:Endpoints:Public:Urls is no setting here. Is Kestrel:Endpoints:Public:Url meant?")]
    public void What_cannot_be_meant_is_refused_by_its_key(string key, string value, string message)
    {
        var settings = Valid;
        settings[key] = value;
        Assert.StartsWith(message, Refusal(settings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CLUSTER_ID")]
    [InlineData("admin-key")]
    [InlineData("PLATFORM")]
    [InlineData("Proxy")]
    [InlineData("Kestrel:Endpoints:Public:Certificate:Path")]
    [InlineData("Orleans:Dashboard:Anything")]
    public async Task What_is_somebody_elses_is_left_alone(string key)
    {
        var settings = Valid;
        settings[key] = "anything";
        await using var app = Build(settings);
        Assert.NotNull(app);
    }

    [Fact]
    public async Task A_setting_may_be_a_file_of_its_own_and_what_is_set_otherwise_wins()
    {
        var secrets = Directory.CreateDirectory(Path.Combine(_data, "secrets")).FullName;
        File.WriteAllText(Path.Combine(secrets, "AlibabaCloud__Identity__AccessKeySecret"), "of-a-file\n");
        File.WriteAllText(Path.Combine(secrets, "DrainSeconds"), "7\n");
        File.WriteAllText(Path.Combine(secrets, "ClusterId"), "of-a-file");
        File.WriteAllText(Path.Combine(secrets, "somebody-elses"), "");
        var settings = Valid;
        settings["SecretsDirectory"] = secrets;
        settings["ClusterId"] = "otherwise";
        settings.Remove("AlibabaCloud:Identity:AccessKeySecret");
        await using var app = Build(settings);
        Assert.Equal(7, app.Services.GetRequiredService<ListenerOptions>().DrainSeconds);
        Assert.Equal("otherwise", app.Configuration["ClusterId"]);
    }

    [Fact]
    public async Task Lists_and_entries_are_read()
    {
        var settings = Valid;
        foreach (var (key, value) in (KeyValuePair<string, string?>[])[new("Proxy:KnownNetworks:0", "10.0.0.0/8"), new("proxy:knownnetworks:1", "fd00::/8"), new("Oidc:AllowedPrivateHosts", "")]) settings[key] = value;
        await using var app = Build(settings);
        Assert.Equal(["10.0.0.0/8", "fd00::/8"], app.Services.GetRequiredService<ListenerOptions>().Proxy.KnownNetworks);
    }
}
