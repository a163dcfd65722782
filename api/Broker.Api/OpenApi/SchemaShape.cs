using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Broker.Api.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Broker.Api.OpenApi;

/// <summary>Completes schemas with what types alone do not say: what is always there, defaults, forms of texts, and the bounds of fields.</summary>
sealed class SchemaShape : IOpenApiSchemaTransformer
{
    const string MomentPattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo;
        if (SchemaNames.IsChoiceType(type.Type)) (schema.Metadata ??= new Dictionary<string, object>())[SchemaNames.IsChoice] = true;
        if (schema.Properties is not null && IsAnswer(type)) schema.Required = AlwaysThere(type);
        if (type.Type == typeof(DateTimeOffset)) Moment(schema, JsonSchemaType.String);
        if (type.Type == typeof(DateTimeOffset?)) Moment(schema, JsonSchemaType.String | JsonSchemaType.Null);
        // Comments in the source are broken into lines.
        schema.Description = schema.Description?.Replace('\n', ' ');
        if (context.JsonPropertyInfo is { } field)
        {
            schema.Default = Default(field, type);
            FieldShapes.Apply(schema, field);
        }
        return Task.CompletedTask;
    }

    /// <summary>The schema of a moment.</summary>
    public static OpenApiSchema Moment() => new() { Type = JsonSchemaType.String, Format = "date-time", Pattern = MomentPattern };

    static void Moment(OpenApiSchema schema, JsonSchemaType type) => (schema.Type, schema.Format, schema.Pattern) = (type, "date-time", MomentPattern);

    /// <summary>Answers are made by their constructor; what is taken is set field by field.</summary>
    static bool IsAnswer(JsonTypeInfo type) => type.Properties.Any(field => field.AssociatedParameter is not null);

    /// <summary>All fields of an answer are written, except those that are left out when there is nothing to say.</summary>
    static HashSet<string> AlwaysThere(JsonTypeInfo answer) =>
        [.. answer.Properties.Where(field => field.Get is not null && field.AssociatedParameter is not { HasDefaultValue: true }).Select(field => field.Name)];

    /// <summary>A field that may be left out has the value that its type gives it.</summary>
    static JsonNode? Default(JsonPropertyInfo field, JsonTypeInfo type)
    {
        if (field.IsRequired || field.Get is null || type.Kind == JsonTypeInfoKind.Object || field.DeclaringType.GetConstructor(Type.EmptyTypes) is not { } make) return null;
        var value = field.Get(make.Invoke(null));
        return value is null ? null : field.CustomConverter is null ? JsonSerializer.SerializeToNode(value, field.PropertyType, Wire.Options) : new JsonArray();
    }
}
