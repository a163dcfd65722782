namespace Broker.Api.Calls;

/// <summary>Maps routes together with their rules.</summary>
static class CallRoutes
{
    /// <summary>A route that reads, or that vends.</summary>
    public static RouteHandlerBuilder MapCall(this IEndpointRouteBuilder routes, string method, string pattern, string name, BrokerAction action, Delegate handler, CallTarget target = CallTarget.Path) =>
        Map(routes, method, pattern, new(name, action, target, Changes: false), handler);

    /// <summary>A route that reads, or that vends, by a service that is asked for once: a handler's parameters are asked for with each request.</summary>
    public static RouteHandlerBuilder MapCall<TService>(this IEndpointRouteBuilder routes, string method, string pattern, string name, BrokerAction action, Func<HttpContext, TService, ValueTask<IResult>> handler, CallTarget target = CallTarget.Path)
        where TService : notnull
    {
        var service = routes.ServiceProvider.GetRequiredService<TService>();
        return routes.MapCall(method, pattern, name, action, (HttpContext context) => handler(context, service), target);
    }

    /// <summary>A route that changes something.</summary>
    public static RouteHandlerBuilder MapChange(this IEndpointRouteBuilder routes, string method, string pattern, string name, BrokerAction action, Delegate handler) =>
        Map(routes, method, pattern, new(name, action, CallTarget.Path, Changes: true), handler);

    static RouteHandlerBuilder Map(IEndpointRouteBuilder routes, string method, string pattern, RouteRule rule, Delegate handler)
    {
        // One for all, with its rule: added by its type it would be made anew, in a scope of its own, with each request.
        var filter = routes.ServiceProvider.GetRequiredService<CallFilter>();
        return routes.MapMethods(pattern, [method], handler).WithMetadata(rule).WithName(rule.Name).AddEndpointFilter((context, next) => filter.InvokeAsync(rule, context, next));
    }
}
