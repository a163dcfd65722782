using Broker.AlibabaCloud.Sources;
using Broker.Tests.AlibabaCloud.Conformance;

namespace Broker.Tests.AlibabaCloud.Sources;

/// <summary>The RAM role of the ECS instance, from a service that behaves as the vendor's, at the vendor's address.</summary>
public sealed class InstanceRoleTests : IDisposable
{
    const string Roles = "/latest/meta-data/ram/security-credentials/";

    readonly Places _places = new();

    public InstanceRoleTests() => _places.Environment.Remove("ALIBABA_CLOUD_ECS_METADATA_DISABLED");

    public void Dispose() => _places.Dispose();

    Task<string> RefusalAsync() => Places.RefusalAsync(_places.Parts.InstanceRole(null));

    [InstanceFact]
    public async Task With_version_2_each_request_has_a_token()
    {
        await using var server = await MetadataServer.StartAsync(tokens: true, demanded: true);
        var session = await _places.Parts.InstanceRole(null).ReadAsync(default);
        Assert.Equal(("STS.ecs", "t"), (session.AccessKeyId, session.SecurityToken));
        Assert.NotNull(session.Expiration);
        Assert.Equal(["PUT /latest/api/token", $"GET {Roles} with a token", $"GET {Roles}broker-ecs with a token"], server.Asked);
    }

    [InstanceFact]
    public async Task Each_provider_reads_it()
    {
        foreach (var provider in Providers.CompiledIn)
        {
            await using var server = await MetadataServer.StartAsync(tokens: true, demanded: true);
            var session = await Providers.Open(provider).Source("AlibabaCloud:Identity", () => new() { Kind = IdentityKind.EcsRole }).ReadAsync(default);
            Assert.Equal(("STS.ecs", "s", "t"), (session.AccessKeyId, session.AccessKeySecret, session.SecurityToken));
            Assert.NotNull(session.Expiration);
        }
    }

    [InstanceFact]
    public async Task A_role_that_is_named_is_not_asked_for_and_the_default_chain_names_it_by_the_environment()
    {
        await using var server = await MetadataServer.StartAsync(tokens: true, demanded: true);
        _places.Environment["ALIBABA_CLOUD_ECS_METADATA"] = "broker-ecs";
        Assert.Equal("STS.ecs", (await _places.Parts.Default().ReadAsync(default)).AccessKeyId);
        Assert.DoesNotContain(server.Asked, asked => asked.StartsWith($"GET {Roles} ", StringComparison.Ordinal));
    }

    [InstanceFact]
    public async Task Without_tokens_it_is_asked_as_version_1_is_unless_that_is_switched_off()
    {
        await using var server = await MetadataServer.StartAsync(tokens: false, demanded: false);
        Assert.Equal("STS.ecs", (await _places.Parts.InstanceRole(null).ReadAsync(default)).AccessKeyId);
        _places.Environment["ALIBABA_CLOUD_IMDSV1_DISABLED"] = "true";
        Assert.Contains("version 1 is switched off", await RefusalAsync(), StringComparison.Ordinal);
    }

    [InstanceFact]
    public async Task An_instance_without_a_role_is_said_to_have_none()
    {
        await using var server = await MetadataServer.StartAsync(tokens: true, demanded: false, role: false);
        Assert.Contains("The instance has no RAM role", await RefusalAsync(), StringComparison.Ordinal);
    }

    [InstanceFact]
    public async Task A_document_that_is_none_is_named_with_its_field_and_not_quoted()
    {
        foreach (var (document, rule) in ((string, string)[])[("planted-marker", "is not a JSON object"), ("""{"Code":"planted-marker"}""", "Code is not Success"), ("""{"Code":"Success","AccessKeyId":"a","AccessKeySecret":"planted-marker"}""", "SecurityToken is missing")])
        {
            await using var server = await MetadataServer.StartAsync(tokens: true, demanded: false, document: document);
            var refusal = await RefusalAsync();
            Assert.Contains(rule, refusal, StringComparison.Ordinal);
            Assert.DoesNotContain("planted-marker", refusal, StringComparison.Ordinal);
        }
    }

    [InstanceFact]
    public async Task Where_no_service_is_it_cannot_be_reached() => Assert.Contains("cannot be reached", await RefusalAsync(), StringComparison.Ordinal);

    [Fact]
    public async Task It_can_be_switched_off()
    {
        _places.Environment["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
        Assert.Contains("ALIBABA_CLOUD_ECS_METADATA_DISABLED is true", await RefusalAsync(), StringComparison.Ordinal);
    }
}
