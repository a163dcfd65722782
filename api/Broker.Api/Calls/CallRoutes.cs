namespace Broker.Api.Calls;

/// <summary>Maps routes together with their rules.</summary>
static class CallRoutes
{
    /// <summary>A route that reads, or that vends.</summary>
    public static RouteHandlerBuilder MapCall(this IEndpointRouteBuilder routes, string method, string pattern, string name, BrokerAction action, Delegate handler, CallTarget target = CallTarget.Path) =>
        Map(routes, method, pattern, new(name, action, target, Changes: false), handler);

    /// <summary>A route that changes something.</summary>
    public static RouteHandlerBuilder MapChange(this IEndpointRouteBuilder routes, string method, string pattern, string name, BrokerAction action, Delegate handler) =>
        Map(routes, method, pattern, new(name, action, CallTarget.Path, Changes: true), handler);

    static RouteHandlerBuilder Map(IEndpointRouteBuilder routes, string method, string pattern, RouteRule rule, Delegate handler) =>
        routes.MapMethods(pattern, [method], handler).WithMetadata(rule).WithName(rule.Name).AddEndpointFilter<CallFilter>();
}
