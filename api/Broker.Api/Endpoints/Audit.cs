using System.Globalization;
using System.Text.Json.Nodes;
using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;
using Microsoft.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>One line of the audit: who did what, from where, and how it ended.</summary>
/// <param name="Sequence">Its place among the entries of its writer, from 1.</param>
/// <param name="At">When; of several counted together, the first one's moment.</param>
/// <param name="Tenant">In which tenant; null: in none.</param>
/// <param name="Role">On which role; null: on none.</param>
/// <param name="Caller">Who: the caller's id.</param>
/// <param name="Action">What.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Code">Why it was refused or failed; null: it was not.</param>
/// <param name="AccessKeyId">The session that was vended or signed with, as the cloud's own logs name it; null: none.</param>
/// <param name="Version">The version of the settings that it was done under, or that it made; null: none.</param>
/// <param name="Prefix">The prefix or key that was asked for, relative to the role's full prefix; of several keys what they begin with. Null: all of it.</param>
/// <param name="Access">The access or the methods that were asked for, comma-separated; null: all of the role's.</param>
/// <param name="SourceAddress">The address that it came from; null: not known.</param>
/// <param name="TraceId">The trace of the request; of several counted together, the first one's. Null: none.</param>
/// <param name="Count">How many were counted together; 1 or more.</param>
sealed record AuditLine(
    long Sequence, DateTimeOffset At, string? Tenant, string? Role, string Caller, string Action, string Outcome, string? Code, string? AccessKeyId,
    long? Version, string? Prefix, string? Access, string? SourceAddress, string? TraceId, long Count)
{
    public static AuditLine Of(AuditItem item)
    {
        var e = item.Entry;
        return new(item.Sequence, e.At, e.Tenant, e.Role, e.Caller, e.Action, e.Outcome, e.Code, e.AccessKeyId, e.Version, e.Prefix, e.Access, e.SourceAddress, e.TraceId, e.Count);
    }
}

/// <summary>The audit of a tenant, and of all.</summary>
static class Audit
{
    const string Instant = "yyyy-MM-ddTHH:mm:ssZ";

    static readonly string[] Parameters = ["role", "caller", "action", "outcome", "from", "to", "pageSize", "pageToken"];

    public static void Map(IEndpointRouteBuilder app)
    {
        var routes = app.Topic(Topics.Audit);
        Filters(routes.MapCall("GET", "/v1/tenants/{tenant}/audit", "ListAudit", BrokerAction.ReadAudit, ListAsync).WithSummary("Lists a tenant's audit, newest first."));
        Filters(routes.MapCall("GET", "/v1/audit", "ListPlatformAudit", BrokerAction.ReadPlatformAudit, ListAsync).WithSummary("Lists the audit of all, newest first."));
    }

    static void Filters(RouteHandlerBuilder route)
    {
        foreach (var (name, what) in new[] { ("role", "on this role"), ("caller", "by the caller of this id"), ("action", "of this operation") })
            route.Asks(name, $"Only entries {what}.", new() { Type = JsonSchemaType.String });
        route.Asks("outcome", "Only entries with this outcome.", new() { Type = JsonSchemaType.String, Enum = [.. AuditOutcome.All.Select(outcome => JsonValue.Create(outcome))] });
        route.Asks("from", "Only entries of this moment and later.", SchemaShape.Moment()).Asks("to", "Only entries before this moment.", SchemaShape.Moment()).Lists<AuditLine>();
    }

    static async Task<IResult> ListAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery(Parameters);
        var query = context.Request.Query;
        var filter = new AuditFilter
        {
            Tenant = call.Tenant, Role = Text(query, "role"), Caller = Text(query, "caller"), Action = Text(query, "action"), Outcome = Text(query, "outcome"),
            From = Moment(query, "from"), To = Moment(query, "to"), PageSize = context.Request.ReadPageSize(), PageToken = Text(query, "pageToken"),
        };
        var page = await grains.AuditQuery().Query(call.Caller, filter, context.RequestAborted);
        return Results.Json(page.Select(AuditLine.Of), Wire.Options);
    }

    static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;

    static DateTimeOffset? Moment(IQueryCollection query, string name)
    {
        if (Text(query, name) is not { } text) return null;
        return DateTimeOffset.TryParseExact(text, Instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment : throw BrokerException.Invalid(name, "must be a time in UTC such as 2026-11-24T12:00:00Z");
    }
}
