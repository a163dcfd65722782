using Broker.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace Broker.Tests.Contracts;

/// <summary>Rows as the first version has left them in its database, for the silo of today.</summary>
public sealed class StoredRowTests : IAsyncLifetime
{
    readonly ContractFile _file = ContractFile.Read();
    TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(onPostgres: false);
        await InsertAsync("tenant-settings-v1", "t/acme", -1009086215, -155563313, "Broker.TenantSettingsState");
        await InsertAsync("role-settings-v1", "r/acme/uploads", -183631437, -1247527529, "Broker.RoleSettingsState");
        await InsertAsync("api-key-v1", "k/ids5xfpb97hzyf3k", -516116029, 507415198, "Broker.ApiKeyState");
        await InsertAsync("credential-url-v1", "u/2bcmlz1cdzf662u5", 1614920765, 562674070, "Broker.CredentialUrlState");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task The_silo_finds_them_and_its_grains_say_what_they_say()
    {
        var grains = _broker.Services.GetRequiredService<IGrainFactory>();
        var administrator = new Caller("tests", null, [Scope.Admin]);
        AssertSays("Broker.TenantSettingsState", "2 Definition", (await grains.Tenant("acme").Find(default))?.Definition);
        AssertSays("Broker.RoleSettingsState", "2 Definition", (await grains.Role(new("acme", "uploads")).GetSettings(administrator, default)).Definition);
        AssertSays("Broker.ApiKeyState", "0 Key", await grains.ApiKey("ids5xfpb97hzyf3k").Find(default));
        AssertSays("Broker.CredentialUrlState", "0 Url", await grains.CredentialUrl("2bcmlz1cdzf662u5").Find(default));
    }

    /// <summary>The hashes are Orleans' own, of the state's name and of the grain's key.</summary>
    Task<object?> InsertAsync(string state, string key, int stateHash, int keyHash, string type) => _broker.SqlAsync(
        $"""
        INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, Version)
        VALUES ({keyHash}, 0, 0, {stateHash}, '{state}', '{key}', 'broker', x'{Convert.ToHexString(First(type).Bytes)}', 1)
        """);

    void AssertSays(string type, string label, object? read) => Assert.Empty(Reading.Differences(First(type).Reads[label], read, type));

    ApprovedSample First(string type) => _file.Samples[type][0];
}
