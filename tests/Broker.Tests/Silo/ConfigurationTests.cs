using Broker.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

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
    [InlineData("AlibabaCloud:Identity:AccessKeySecret", null, "ALIBABA_CLOUD_ACCESS_KEY_SECRET")]
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
    public void A_broken_setting_is_named(string key, string? value, string named)
    {
        var settings = Valid;
        settings.Remove(key);
        if (value is not null) settings[key] = value;
        var refusal = Assert.Throws<InvalidOperationException>(() => Build(settings));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(MasterKey, refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StsBudget:RatePerSecond", "0")]
    [InlineData("Audit:RetentionDays", "0")]
    [InlineData("Audit:RetentionDays", "3651")]
    [InlineData("StsBudget:Burst", "0")]
    [InlineData("StsBudget:RenewalBurst", "1001")]
    [InlineData("StsBudget:Identities:china:RatePerSecond", "0")]
    [InlineData("StsBudget:Identities:china:RatePerSecond", "NaN")]
    [InlineData("StsBudget:Identities:china:Burst", "0")]
    [InlineData("StsBudget:Identities:Not_a_name:Burst", "1", "StsBudget:Identities:Not_a_name ")]
    public async Task A_broken_option_is_named_at_start(string key, string value, string? named = null)
    {
        var settings = Valid;
        settings[key] = value;
        await using var app = Build(settings);
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());
        Assert.Contains(named ?? key, refusal.Message, StringComparison.Ordinal);
    }
}
