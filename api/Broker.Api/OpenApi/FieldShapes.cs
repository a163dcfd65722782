using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Broker.Api.Endpoints;
using Broker.Api.Problems;
using Microsoft.OpenApi;

namespace Broker.Api.OpenApi;

/// <summary>The bounds of single fields, as the rules in Broker.Abstractions have them, and of the fields that are JSON of their own kind.</summary>
static class FieldShapes
{
    const int LongestLife = RoleRules.LongestSession - 60, MostPerSecond = 1_000_000;

    static readonly string[] Methods = ["GET", "HEAD", "PUT", "POST", "DELETE"];

    static readonly Dictionary<(Type, string), Action<OpenApiSchema>> Shapes = new()
    {
        [(typeof(Tenant), "status")] = OneOf("active", "suspended"),
        [(typeof(StorageEntry), "name")] = Matches(SharedParts.NamePattern),
        [(typeof(StorageEntry), "addressing")] = OneOf("virtual", "cname", "path"),
        [(typeof(TenantDefinition), "displayName")] = schema => schema.MaxLength = 200,
        [(typeof(TenantDefinition), "storage")] = AtMost(20),
        [(typeof(TenantDefinition), "trust")] = AtMost(10),
        [(typeof(TenantLimits), "roles")] = Between(0, 100_000),
        [(typeof(TenantLimits), "requestsPerSecond")] = Between(1, MostPerSecond),
        [(typeof(TenantLimits), "narrowedSessions")] = Between(0, 100_000),
        [(typeof(TenantLimits), "keepWarmRoles")] = Between(0, 10_000),
        [(typeof(TenantLimits), "callbackHosts")] = AtMost(20),
        [(typeof(TrustRule), "scopes")] = SomeOf(TrustRules.TenantScopes),
        [(typeof(RoleDefinition), "storage")] = Matches(SharedParts.NamePattern),
        [(typeof(RoleDefinition), "access")] = SomeOf("read", "write", "list", "delete"),
        [(typeof(RoleDefinition), "durationSeconds")] = Between(RoleRules.ShortestSession, RoleRules.LongestSession),
        [(typeof(RoleDefinition), "extraStatements")] = schema => (schema.Type, schema.Items, schema.MaxItems) = (JsonSchemaType.Array, AnyObject(), 20),
        [(typeof(RoleConditions), "sourceNetworks")] = AtMost(20),
        [(typeof(RoleLimits), "requestsPerSecond")] = Between(1, MostPerSecond),
        [(typeof(UploadBounds), "minBytes")] = Between(0, UploadBounds.LargestObject),
        [(typeof(UploadBounds), "maxBytes")] = Between(0, UploadBounds.LargestObject),
        [(typeof(UploadBounds), "contentTypes")] = AtMost(50),
        [(typeof(UploadBounds), "maxExpiresIn")] = Between(1, LongestLife),
        [(typeof(SignedUrlBounds), "maxExpiresIn")] = Between(1, LongestLife),
        [(typeof(RoleStatus), "state")] = OneOf("fresh", "stale", "none", "failing"),
        [(typeof(DisabledRole), "status")] = OneOf("disabled"),
        [(typeof(KillReport), "status")] = OneOf("suspended", "disabled", "revoked", "deleted"),
        [(typeof(Preview), "policy")] = schema => (schema.Type, schema.AdditionalPropertiesAllowed) = (JsonSchemaType.Object, true),
        [(typeof(SettingChange), "from")] = schema => schema.Type = null,
        [(typeof(SettingChange), "to")] = schema => schema.Type = null,
        [(typeof(SignUrl), "method")] = OneOf(Methods),
        [(typeof(SignUrl), "lifetime")] = OneOf("clamp", "require"),
        [(typeof(SignUrl), "expiresIn")] = Between(1, LongestLife),
        [(typeof(SignedUrl), "method")] = OneOf(Methods),
        [(typeof(PostFormRequest), "minBytes")] = Between(0, UploadBounds.LargestObject),
        [(typeof(PostFormRequest), "maxBytes")] = Between(0, UploadBounds.LargestObject),
        [(typeof(PostFormRequest), "contentTypes")] = AtMost(50),
        [(typeof(PostFormRequest), "expiresIn")] = Between(1, LongestLife),
        [(typeof(PostFormRequest), "successStatus")] = schema => schema.Enum = [200, 201, 204],
        [(typeof(PostForm), "fields")] = schema =>
            (schema.Type, schema.Items, schema.AdditionalProperties) = (JsonSchemaType.Object, null, new OpenApiSchema { Type = JsonSchemaType.String }),
        [(typeof(ApiKeyRequest), "scopes")] = SomeOf(Scope.All),
        [(typeof(CreatedApiKey), "scopes")] = SomeOf(Scope.All),
        [(typeof(ApiKey), "scopes")] = SomeOf(Scope.All),
        [(typeof(CredentialDocument), "Code")] = OneOf("Success"),
        [(typeof(CliCredentialDocument), "mode")] = OneOf("StsToken"),
        [(typeof(Problem), "code")] = OneOf([.. ProblemTable.Codes]),
        [(typeof(RoleError), "code")] = OneOf([.. ProblemTable.Codes]),
    };

    public static void Apply(OpenApiSchema schema, JsonPropertyInfo field)
    {
        if (Shapes.TryGetValue((field.DeclaringType, field.Name), out var apply)) apply(schema);
    }

    static Action<OpenApiSchema> Between(long least, long most) => schema => (schema.Minimum, schema.Maximum) = ($"{least}", $"{most}");

    static Action<OpenApiSchema> AtMost(int items) => schema => schema.MaxItems = items;

    static Action<OpenApiSchema> Matches(string pattern) => schema => schema.Pattern = pattern;

    static Action<OpenApiSchema> OneOf(params string[] texts) => schema => schema.Enum = Values(texts);

    static Action<OpenApiSchema> SomeOf(params string[] texts) => schema =>
        (schema.Items, schema.UniqueItems) = (new OpenApiSchema { Type = JsonSchemaType.String, Enum = Values(texts) }, true);

    static List<JsonNode> Values(string[] texts) => [.. texts.Select(text => JsonValue.Create(text))];

    static OpenApiSchema AnyObject() => new() { Type = JsonSchemaType.Object };
}
