using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace Broker.Api.OpenApi;

/// <summary>Which types are schemas of their own, and what they are called.</summary>
static class SchemaNames
{
    /// <summary>Marks the schema of a <c>OneOf</c>.</summary>
    public const string IsChoice = "x-broker-choice";

    /// <summary>A choice has no name: it stands where it is made.</summary>
    public static string? Of(JsonTypeInfo type) => IsChoiceType(type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    public static bool IsChoiceType(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(OneOf<,>) || type.GetGenericTypeDefinition() == typeof(OneOf<,,>));
}
