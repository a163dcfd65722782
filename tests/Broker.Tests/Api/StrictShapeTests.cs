using System.Text.Json;
using Broker.Api.Endpoints;
using Broker.Api.Json;

namespace Broker.Tests.Api;

/// <summary>Every field of every body has a rule: one without would be found by its first caller only.</summary>
public sealed class StrictShapeTests
{
    public static TheoryData<Type> Bodies => [typeof(TenantDefinition), typeof(RoleDefinition), typeof(SignUrl), typeof(SignUrlBatch), typeof(SignUrlParts), typeof(PostFormRequest), typeof(ExplainRequest)];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Every_field_of_a_body_is_compared_with_its_type(Type body)
    {
        var fields = Wire.Options.GetTypeInfo(body).Properties.Select(p => $"\"{p.Name}\":\"text\"");
        using var document = JsonDocument.Parse($"{{{string.Join(',', fields)}}}");
        _ = StrictShape.Errors(document.RootElement, body, Wire.Options);
    }
}
