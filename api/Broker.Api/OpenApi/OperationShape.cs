using System.Text.RegularExpressions;
using Broker.Api.Calls;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Broker.Api.OpenApi;

/// <summary>Completes an operation from its route: parameters, who may call, headers and problems.</summary>
sealed partial class OperationShape : IOpenApiOperationTransformer
{
    static readonly BrokerAction[] DataPlane = [BrokerAction.GetCredentials, BrokerAction.SignUrls, BrokerAction.SignForms];

    /// <summary>A route as it was mapped.</summary>
    sealed record Route(string Method, string[] InPath, IList<object> Metadata, OpenApiDocument Document)
    {
        public bool Is<T>() => Metadata.OfType<T>().Any();

        public bool HasBody => Method is "PUT" or "POST";
    }

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var description = context.Description;
        var inPath = InBraces().Matches(description.RelativePath!).Select(match => match.Groups[1].Value).ToArray();
        var route = new Route(description.HttpMethod!, inPath, description.ActionDescriptor.EndpointMetadata, context.Document!);
        var rule = route.Metadata.OfType<RouteRule>().SingleOrDefault();
        operation.Parameters = [.. Parameters(route)];
        operation.Security = Security(rule, route.Document);
        foreach (var content in operation.RequestBody?.Content?.Values ?? []) Unfold(content);
        foreach (var answer in operation.Responses!.Values.OfType<OpenApiResponse>()) Complete(answer, route);
        if (rule is null) return Task.CompletedTask;
        foreach (var status in Problems(rule, route).Distinct().Order())
            operation.Responses[$"{status}"] = new OpenApiResponseReference(SharedParts.Problem(status), route.Document);
        return Task.CompletedTask;
    }

    static IEnumerable<IOpenApiParameter> Parameters(Route route)
    {
        foreach (var name in route.InPath) yield return new OpenApiParameterReference(name, route.Document);
        foreach (var asked in route.Metadata.OfType<Asked>())
            yield return new OpenApiParameter { Name = asked.Name, In = ParameterLocation.Query, Description = asked.Description, Schema = asked.Schema, Style = ParameterStyle.Form, Explode = false };
        if (!route.Is<Conditional>()) yield break;
        yield return new OpenApiParameterReference(SharedParts.IfMatch, route.Document);
        yield return new OpenApiParameterReference(SharedParts.IfNoneMatch, route.Document);
    }

    static List<OpenApiSecurityRequirement> Security(RouteRule? rule, OpenApiDocument document)
    {
        if (rule is null or { Target: CallTarget.CredentialUrl }) return [];
        var scheme = rule.Target == CallTarget.DefaultRole ? SharedParts.ApiKey : SharedParts.Credential;
        return [new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] }];
    }

    static void Complete(OpenApiResponse answer, Route route)
    {
        answer.Headers = new Dictionary<string, IOpenApiHeader> { ["Cache-Control"] = new OpenApiHeaderReference(SharedParts.NoStore, route.Document) };
        if (route.Is<Versioned>()) answer.Headers["ETag"] = new OpenApiHeaderReference(SharedParts.ETag, route.Document);
        foreach (var content in answer.Content?.Values ?? []) Unfold(content);
    }

    /// <summary>What every route of the kind gives, and what this one says of itself.</summary>
    static IEnumerable<int> Problems(RouteRule rule, Route route) =>
    [
        400, 429, 500, 503,
        .. rule.Target == CallTarget.CredentialUrl ? [] : (int[])[401, 403],
        .. IsOfSomething(rule, route) ? [404] : (int[])[],
        .. route.HasBody ? [413, 415] : (int[])[],
        .. route.Is<Conditional>() ? [412] : (int[])[],
        .. DataPlane.Contains(rule.Action) ? [422, 502] : (int[])[],
        .. route.Metadata.OfType<Refused>().SelectMany(refused => refused.Statuses),
    ];

    /// <summary>A PUT makes what its last name names; whatever else a route names may be missing.</summary>
    static bool IsOfSomething(RouteRule rule, Route route) =>
        rule.Target == CallTarget.DefaultRole || route.InPath.Length > (route.Method == "PUT" ? 1 : 0);

    static void Unfold(OpenApiMediaType content)
    {
        if (content.Schema is OpenApiSchema { Properties: { } kinds } schema && schema.Metadata?.ContainsKey(SchemaNames.IsChoice) == true)
            content.Schema = new OpenApiSchema { OneOf = [.. kinds.Values] };
    }

    [GeneratedRegex(@"\{([A-Za-z]+)\}")]
    private static partial Regex InBraces();
}
