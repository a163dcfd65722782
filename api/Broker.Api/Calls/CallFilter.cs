using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Broker.Api.Auditing;
using Broker.Api.Authentication;
using Broker.Api.Json;
using Broker.Api.Limits;

namespace Broker.Api.Calls;

/// <summary>
/// What every call passes: who calls, the whole of what it says, is there room to record it, may they do this there, do the
/// names exist as names, how often; then the handler; then the record. A change is recorded before it is answered, everything
/// else soon after. A caller is looked up again when time has passed: a key that was revoked meanwhile gets nothing.
/// </summary>
sealed class CallFilter(Authenticator authenticator, RequestLimits limits, AuditQueue audit, CallRecord record, TimeProvider clock)
{
    static readonly TimeSpan KnownFor = TimeSpan.FromMilliseconds(50);

    /// <summary>Lets the call pass to its handler.</summary>
    /// <param name="rule">The route's.</param>
    /// <param name="context">The request.</param>
    /// <param name="next">The handler.</param>
    public async ValueTask<object?> InvokeAsync(RouteRule rule, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var identifiedAt = clock.GetTimestamp();
        var call = await IdentifyAsync(http, rule);
        http.Features.Set(call);
        call.Describe(Activity.Current);
        // Before it takes a place: a body may come slowly.
        var early = await ReceiveAsync(call, http);
        using var place = audit.Reserve();
        object? result;
        try
        {
            early?.Throw();
            identifiedAt = await IdentifyAgainAsync(call, http, identifiedAt);
            Demand(call);
            await limits.DemandAsync(call, http.RequestAborted);
            result = await next(context);
            // A caller that had to wait may have been ended meanwhile.
            if (!rule.Changes) await IdentifyAgainAsync(call, http, identifiedAt);
        }
        catch (Exception e)
        {
            place.Add(record.Of(call, http, e));
            throw;
        }
        if (rule.Changes) await place.WriteAsync(record.Of(call, http));
        else place.Add(record.Of(call, http));
        return result;
    }

    /// <summary>What must be refused once there is room to record it; null: nothing so far.</summary>
    async ValueTask<ExceptionDispatchInfo?> ReceiveAsync(Call call, HttpContext context)
    {
        try
        {
            limits.DemandKey(call.Caller);
            call.Body = await ReceivedBody.ReadAsync(context, clock);
            return null;
        }
        catch (BrokerException e) { return ExceptionDispatchInfo.Capture(e); }
        catch (BadHttpRequestException e) { return ExceptionDispatchInfo.Capture(e); }
    }

    async ValueTask<long> IdentifyAgainAsync(Call call, HttpContext context, long identifiedAt)
    {
        if (clock.GetElapsedTime(identifiedAt) < KnownFor) return identifiedAt;
        var now = clock.GetTimestamp();
        await IdentifyAsync(context, call.Rule);
        return now;
    }

    async ValueTask<Call> IdentifyAsync(HttpContext context, RouteRule rule)
    {
        var tenant = Named(context, "tenant");
        try
        {
            return rule.Target switch
            {
                CallTarget.CredentialUrl => await IdentifyUrlAsync(context, rule),
                CallTarget.DefaultRole => OfDefaultRole(context, rule, await authenticator.AuthenticateKeyAsync(context)),
                _ => new(context, rule, await authenticator.AuthenticateAsync(context, tenant), tenant, Named(context, "role")),
            };
        }
        catch (BrokerException e) when (e.Code is ErrorCode.Unauthenticated or ErrorCode.RateLimited or ErrorCode.NotFound)
        {
            audit.CountRefusal(e.Code);
            throw;
        }
    }

    async ValueTask<Call> IdentifyUrlAsync(HttpContext context, RouteRule rule)
    {
        var (holder, role) = await authenticator.AuthenticateUrlAsync(context, Named(context, "capability")!);
        return new(context, rule, holder, role.Tenant, role.Role);
    }

    /// <summary>A key without a tenant or default role names no role at all; the demand of the rule refuses that.</summary>
    static Call OfDefaultRole(HttpContext context, RouteRule rule, Caller keyHolder) => new(context, rule, keyHolder, keyHolder.Tenant, keyHolder.DefaultRole);

    /// <summary>What the path has in this place; null: it has no such place.</summary>
    static string? Named(HttpContext context, string place) => (string?)context.Request.RouteValues[place];

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
