using Broker.Api.Auditing;
using Broker.Api.Authentication;
using Broker.Api.Limits;

namespace Broker.Api.Calls;

/// <summary>
/// What every call passes: who calls, is there room to record it, may they do this there, do the names exist as names, how
/// often; then the handler; then the record. A change is recorded before it is answered, everything else soon after.
/// </summary>
sealed class CallFilter(Authenticator authenticator, RequestLimits limits, AuditQueue audit, CallRecord record) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var rule = http.GetEndpoint()!.Metadata.GetRequiredMetadata<RouteRule>();
        var call = await IdentifyAsync(http, rule);
        using var place = audit.Reserve();
        object? result;
        try
        {
            Demand(call);
            await limits.DemandAsync(call, http.RequestAborted);
            http.Features.Set(call);
            result = await next(context);
        }
        catch (Exception e)
        {
            place.Add(record.Of(call, http, e));
            throw;
        }
        if (rule.Changes) await audit.WriteAsync(record.Of(call, http), http.RequestAborted);
        else place.Add(record.Of(call, http));
        return result;
    }

    async Task<Call> IdentifyAsync(HttpContext context, RouteRule rule)
    {
        try
        {
            return rule.Target switch
            {
                CallTarget.CredentialUrl => await IdentifyUrlAsync(context, rule),
                CallTarget.DefaultRole => OfDefaultRole(rule, await authenticator.AuthenticateKeyAsync(context)),
                _ => await IdentifyPathAsync(context, rule),
            };
        }
        catch (BrokerException e) when (e.Code is ErrorCode.Unauthenticated or ErrorCode.RateLimited or ErrorCode.NotFound)
        {
            audit.CountRefusal(e.Code);
            throw;
        }
    }

    async Task<Call> IdentifyPathAsync(HttpContext context, RouteRule rule)
    {
        var tenant = (string?)context.GetRouteValue("tenant");
        return new(rule, await authenticator.AuthenticateAsync(context, tenant), tenant, (string?)context.GetRouteValue("role"));
    }

    async Task<Call> IdentifyUrlAsync(HttpContext context, RouteRule rule)
    {
        var (holder, role) = await authenticator.AuthenticateUrlAsync(context, (string)context.GetRouteValue("capability")!);
        return new(rule, holder, role.Tenant, role.Role);
    }

    /// <summary>A key without a tenant or default role names no role at all; the demand of the rule refuses that.</summary>
    static Call OfDefaultRole(RouteRule rule, Caller keyHolder) => new(rule, keyHolder, keyHolder.Tenant, keyHolder.DefaultRole);

    /// <summary>Permission comes first: whether a name is well formed is not for strangers to know.</summary>
    static void Demand(Call call)
    {
        if (call.Rule.Target == CallTarget.DefaultRole && (call.Tenant is null || call.RoleName is null))
            throw new BrokerException(ErrorCode.Forbidden, "The key has no default role.");
        AccessRules.Demand(call.Caller, call.Rule.Action, call.Tenant, call.RoleName);
        DemandName("tenant", call.Tenant);
        DemandName("role", call.RoleName);
    }

    static void DemandName(string field, string? name)
    {
        if (name is not null && !Names.IsValid(name)) throw BrokerException.Invalid(field, $"must have {Names.Rule}");
    }
}
