using Microsoft.OpenApi;

namespace Broker.Api.OpenApi;

/// <summary>The type of a route's body.</summary>
sealed record Taken(Type Body);

/// <summary>A parameter of a route's query.</summary>
sealed record Asked(string Name, string Description, OpenApiSchema Schema);

/// <summary>Statuses of problems that a route gives beside those that follow from its rule.</summary>
sealed record Refused(int[] Statuses);

/// <summary>Answers carry the version as their ETag.</summary>
sealed record Versioned;

/// <summary>The change may depend on the present version.</summary>
sealed record Conditional;

/// <summary>A body or an answer that is of one of these types.</summary>
sealed record OneOf<TFirst, TSecond>(TFirst First, TSecond Second)
    where TFirst : class where TSecond : class;

/// <summary>A body or an answer that is of one of these types.</summary>
sealed record OneOf<TFirst, TSecond, TThird>(TFirst First, TSecond Second, TThird Third)
    where TFirst : class where TSecond : class where TThird : class;

/// <summary>
/// Says beside a route what it takes and answers, for the OpenAPI document alone. Handlers read requests themselves, so that
/// nothing of a request is looked at before its caller is known; the framework's own <c>Accepts</c> would refuse earlier.
/// </summary>
static class RouteShape
{
    public const string Json = "application/json";

    /// <summary>The route takes such a document.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route) => route.WithMetadata(new Taken(typeof(T)));

    /// <summary>The route answers such a document, with 200 unless other statuses are named.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses.IsEmpty ? [StatusCodes.Status200OK] : statuses) route.Produces<T>(status, Json);
        return route;
    }

    /// <summary>The route answers pages of such items.</summary>
    public static RouteHandlerBuilder Lists<T>(this RouteHandlerBuilder route) => route.Answers<Page<T>>()
        .Asks("pageSize", "How many items at most; 100 by default.", new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = Endpoints.Queries.LargestPage.ToString() })
        .Asks("pageToken", "The `nextPageToken` of the page before; without it: the first page.", new() { Type = JsonSchemaType.String });

    /// <summary>The query may have such a parameter.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder route, string name, string description, OpenApiSchema schema) =>
        route.WithMetadata(new Asked(name, description, schema));

    /// <summary>Answers carry an ETag.</summary>
    public static RouteHandlerBuilder IsVersioned(this RouteHandlerBuilder route) => route.WithMetadata(new Versioned());

    /// <summary>The route heeds If-Match and If-None-Match.</summary>
    public static RouteHandlerBuilder IsConditional(this RouteHandlerBuilder route) => route.WithMetadata(new Conditional());

    /// <summary>The route gives problems of these statuses too.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses) => route.WithMetadata(new Refused(statuses));
}
