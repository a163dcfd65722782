using Broker.Api.Authentication;
using Broker.Api.Limits;

namespace Broker.Api.Calls;

/// <summary>What every call passes before its handler: who calls, may they do this there, do the names exist as names, how often.</summary>
sealed class CallFilter(Authenticator authenticator, RequestLimits limits) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var rule = http.GetEndpoint()!.Metadata.GetRequiredMetadata<RouteRule>();
        var call = await IdentifyAsync(http, rule);
        Demand(call);
        await limits.DemandAsync(call, http.RequestAborted);
        http.Features.Set(call);
        return await next(context);
    }

    async Task<Call> IdentifyAsync(HttpContext context, RouteRule rule)
    {
        if (rule.Target == CallTarget.CredentialUrl)
        {
            var (holder, key) = await authenticator.AuthenticateUrlAsync(context, (string)context.GetRouteValue("capability")!);
            return new(rule, holder, key.Tenant, key.Role);
        }
        if (rule.Target == CallTarget.DefaultRole)
        {
            var keyHolder = await authenticator.AuthenticateKeyAsync(context);
            return keyHolder is { Tenant: { } own, DefaultRole: { } role } ? new(rule, keyHolder, own, role)
                : throw new BrokerException(ErrorCode.Forbidden, "The key has no default role.");
        }
        var tenant = (string?)context.GetRouteValue("tenant");
        return new(rule, await authenticator.AuthenticateAsync(context, tenant), tenant, (string?)context.GetRouteValue("role"));
    }

    /// <summary>Permission comes first: whether a name is well formed is not for strangers to know.</summary>
    static void Demand(Call call)
    {
        AccessRules.Demand(call.Caller, call.Rule.Action, call.Tenant, call.RoleName);
        DemandName("tenant", call.Tenant);
        DemandName("role", call.RoleName);
    }

    static void DemandName(string field, string? name)
    {
        if (name is not null && !Names.IsValid(name)) throw BrokerException.Invalid(field, $"must have {Names.Rule}");
    }
}
