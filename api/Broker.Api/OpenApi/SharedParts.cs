using System.Text.Json.Nodes;
using Broker.Api.Problems;
using Microsoft.OpenApi;

namespace Broker.Api.OpenApi;

/// <summary>The parts of the document that many operations refer to.</summary>
static class SharedParts
{
    /// <summary>What names of tenants, roles and storage entries match; <see cref="Names"/> is the rule.</summary>
    public const string NamePattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

    /// <summary>The names of those that operations refer to one by one.</summary>
    public const string Credential = "credential", ApiKey = "apiKey", IfMatch = "ifMatch", IfNoneMatch = "ifNoneMatch", NoStore = "NoStore", ETag = "ETag";

    const string RetryAfter = "RetryAfter", Challenge = "Challenge", IdPattern = "^[a-z0-9]{1,32}$";

    /// <summary>The name of the problems of a status.</summary>
    public static string Problem(int status) => $"Problem{status}";

    public static void AddTo(OpenApiDocument document, OpenApiSchema problem)
    {
        document.AddComponent("Problem", problem);
        AddSecurity(document);
        AddParameters(document);
        AddHeaders(document);
        // A method that is not allowed is none of an operation.
        foreach (var rows in ProblemTable.All.Where(row => row.Code != ProblemTable.MethodNotAllowed).GroupBy(row => row.Status)) document.AddComponent(Problem(rows.Key), Response(rows.Key, rows, document));
    }

    static void AddSecurity(OpenApiDocument document)
    {
        document.AddComponent(Credential, Bearer("An API key `bk_…`, a token (JWT) of a trusted OIDC issuer, or the bootstrap administrator's key."));
        document.AddComponent(ApiKey, Bearer("An API key `bk_…` that has a default role."));
    }

    static OpenApiSecurityScheme Bearer(string description) => new() { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = description };

    static void AddParameters(OpenApiDocument document)
    {
        AddInPath(document, "tenant", "The tenant's name.", NamePattern);
        AddInPath(document, "role", "The role's name.", NamePattern);
        AddInPath(document, "keyId", "The key's id, the middle part of `bk_<keyId>_<secret>`.", IdPattern);
        AddInPath(document, "id", "The credential URL's id.", IdPattern);
        AddInPath(document, "capability", "The last part of a credential URL; a secret.", "^cu_[a-z0-9]{1,32}_[A-Za-z0-9_-]{43}$");
        AddInHeader(document, IfMatch, "If-Match", "The ETag that must be the present one, or `*`: it must exist. Else 412.", "^(\\*|(W/)?\"[^\"]+\")$");
        AddInHeader(document, IfNoneMatch, "If-None-Match", "`*`: it must not exist. Else 412.", "^\\*$");
    }

    static void AddInPath(OpenApiDocument document, string name, string description, string pattern) => document.AddComponent(name,
        new OpenApiParameter { Name = name, In = ParameterLocation.Path, Required = true, Description = description, Schema = Text(pattern) });

    static void AddInHeader(OpenApiDocument document, string id, string name, string description, string pattern) => document.AddComponent(id,
        new OpenApiParameter { Name = name, In = ParameterLocation.Header, Description = description, Schema = Text(pattern) });

    static void AddHeaders(OpenApiDocument document)
    {
        document.AddComponent(NoStore, Header("Answers are not to be kept.", new() { Type = JsonSchemaType.String, Enum = [JsonValue.Create("no-store")] }));
        document.AddComponent(ETag, Header("The version, quoted.", Text("^\"[1-9][0-9]*\"$")));
        document.AddComponent(RetryAfter, Header("After so many seconds a retry may succeed.", new() { Type = JsonSchemaType.Integer, Minimum = "1" }));
        document.AddComponent(Challenge, Header("How to say who calls.", new() { Type = JsonSchemaType.String, Enum = [JsonValue.Create("Bearer")] }));
    }

    static OpenApiHeader Header(string description, OpenApiSchema schema) => new() { Description = description, Required = true, Schema = schema };

    static OpenApiSchema Text(string pattern) => new() { Type = JsonSchemaType.String, Pattern = pattern };

    static OpenApiResponse Response(int status, IEnumerable<ProblemTable.Entry> rows, OpenApiDocument document)
    {
        var headers = new Dictionary<string, IOpenApiHeader> { ["Cache-Control"] = new OpenApiHeaderReference(NoStore, document) };
        if (status == StatusCodes.Status401Unauthorized) headers["WWW-Authenticate"] = new OpenApiHeaderReference(Challenge, document);
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable) headers["Retry-After"] = new OpenApiHeaderReference(RetryAfter, document);
        return new()
        {
            Description = string.Join(" ", rows.Select(row => $"`{row.Code}`: {row.Title}")),
            Headers = headers,
            Content = new Dictionary<string, OpenApiMediaType> { [Problems.Problem.MediaType] = new() { Schema = new OpenApiSchemaReference("Problem", document) } },
        };
    }
}
