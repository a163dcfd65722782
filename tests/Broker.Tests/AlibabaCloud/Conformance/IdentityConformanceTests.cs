using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Sources;
using Broker.Emulator;
using Broker.Tests.AlibabaCloud.Sources;
using Broker.Tests.Cluster;

namespace Broker.Tests.AlibabaCloud.Conformance;

/// <summary>The broker's own key by each provider. The SDKs read the process's environment, so these run alone.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class IdentityConformanceTests : IAsyncLifetime
{
    const string Section = "AlibabaCloud:Identity", Marker = "planted-marker", Role = $"acs:ram::{EmulatorOptions.Account}:role/broker";

    static readonly string[] Variables = ["HOME", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_ECS_METADATA_DISABLED"];

    readonly Dictionary<string, string?> _before = Variables.ToDictionary(name => name, Environment.GetEnvironmentVariable);
    readonly Places _places = new();
    EmulatorHost _emulator = null!;

    public static TheoryData<CloudProvider> All => Providers.All;

    public async Task InitializeAsync()
    {
        _emulator = await EmulatorHost.StartAsync(new() { AccessKeys = new Dictionary<string, string> { ["user"] = "secret" } }, CancellationToken.None);
        foreach (var name in Variables) Environment.SetEnvironmentVariable(name, null);
        Environment.SetEnvironmentVariable("HOME", _places.Home);
        Environment.SetEnvironmentVariable("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    }

    public async Task DisposeAsync()
    {
        foreach (var (name, value) in _before) Environment.SetEnvironmentVariable(name, value);
        _places.Dispose();
        await _emulator.DisposeAsync();
    }

    IIdentitySource Open(CloudProvider provider, IdentityOptions options) => Providers.Open(provider, _emulator.Sts).Source(Section, () => options);

    static async Task<(string, string, string?)> ReadAsync(IIdentitySource source)
    {
        var key = await source.ReadAsync(default);
        return (key.AccessKeyId, key.AccessKeySecret, key.SecurityToken);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_configured_key_is_read_as_it_is_now(CloudProvider provider)
    {
        var options = new IdentityOptions { AccessKeyId = "a", AccessKeySecret = "b" };
        var source = Open(provider, options);
        Assert.Equal(("a", "b", null), await ReadAsync(source));
        (options.AccessKeyId, options.SecurityToken) = ("STS.c", "d");
        Assert.Equal(("STS.c", "b", "d"), await ReadAsync(source));
        options.AccessKeySecret = "e";
        Assert.Equal(("STS.c", "e", "d"), await ReadAsync(source));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_environments_key_is_read_as_it_is_now(CloudProvider provider)
    {
        var source = Open(provider, new() { Kind = IdentityKind.Environment });
        await Assert.ThrowsAsync<SourceIdentityException>(() => source.ReadAsync(default));
        Environment.SetEnvironmentVariable("ALIBABA_CLOUD_ACCESS_KEY_ID", "a");
        Environment.SetEnvironmentVariable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "b");
        Assert.Equal(("a", "b", null), await ReadAsync(source));
        Environment.SetEnvironmentVariable("ALIBABA_CLOUD_SECURITY_TOKEN", "c");
        Assert.Equal(("a", "b", "c"), await ReadAsync(source));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_key_that_is_replaced_in_a_file_is_noticed(CloudProvider provider)
    {
        var (source, chain) = (Open(provider, new() { Kind = IdentityKind.CliProfile }), Open(provider, new()));
        foreach (var id in (string[])["first", "second"])
        {
            _places.WriteProfile($""" "mode": "AK", "access_key_id": "{id}", "access_key_secret": "b" """);
            Assert.Equal((id, "b", null), await ReadAsync(source));
            Assert.Equal((id, "b", null), await ReadAsync(chain));
        }
        _places.Write(".alibabacloud/credentials", "[default]\ntype = access_key\naccess_key_id = third\naccess_key_secret = c\n");
        Assert.Equal(("third", "c", null), await ReadAsync(Open(provider, new() { Kind = IdentityKind.CredentialsFile })));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_broken_file_is_refused_and_not_quoted(CloudProvider provider)
    {
        var source = Open(provider, new() { Kind = IdentityKind.CliProfile });
        foreach (var content in (string[])["{", $$"""{ "current": "{{Marker}}" """, $$"""{ "current": "p", "profiles": [ { "name": "p", "mode": "{{Marker}}", "access_key_secret": "{{Marker}}" } ] }"""])
        {
            _places.Write(".aliyun/config.json", content);
            var refusal = await Assert.ThrowsAsync<SourceIdentityException>(() => source.ReadAsync(default));
            Assert.DoesNotContain(Marker, refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_chain_role_is_assumed_with_the_key(CloudProvider provider)
    {
        var session = await Open(provider, new() { AccessKeyId = "user", AccessKeySecret = "secret", Role = new() { RoleArn = Role, SessionName = "one" } }).ReadAsync(default);
        Assert.Equal((Role, "one"), (_emulator.FindSession(session.AccessKeyId)!.RoleArn, _emulator.FindSession(session.AccessKeyId)!.SessionName));
        Assert.NotNull(session.Expiration);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_program_gives_what_it_prints(CloudProvider provider)
    {
        var source = Open(provider, new() { Kind = IdentityKind.Process, ProcessCommand = """printf '{"mode":"AK","access_key_id":"x","access_key_secret":"y"}'""" });
        Assert.Equal(("x", "y", null), await ReadAsync(source));
    }
}
