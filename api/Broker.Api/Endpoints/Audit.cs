using System.Globalization;
using Broker.Api.Calls;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary>The audit of a tenant, and of all.</summary>
static class Audit
{
    const string Instant = "yyyy-MM-ddTHH:mm:ssZ";

    static readonly string[] Parameters = ["role", "caller", "action", "outcome", "from", "to", "pageSize", "pageToken"];

    /// <summary>An entry as callers read it.</summary>
    sealed record View(
        long Sequence, DateTimeOffset At, string? Tenant, string? Role, string Caller, string Action, string Outcome, string? Code, string? AccessKeyId,
        long? Version, string? Prefix, string? Access, string? SourceAddress, string? TraceId, long Count)
    {
        public static View Of(AuditItem item)
        {
            var e = item.Entry;
            return new(item.Sequence, e.At, e.Tenant, e.Role, e.Caller, e.Action, e.Outcome, e.Code, e.AccessKeyId, e.Version, e.Prefix, e.Access, e.SourceAddress, e.TraceId, e.Count);
        }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("GET", "/v1/tenants/{tenant}/audit", "ListAudit", BrokerAction.ReadAudit, ListAsync);
        routes.MapCall("GET", "/v1/audit", "ListPlatformAudit", BrokerAction.ReadPlatformAudit, ListAsync);
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
        return Results.Json(new Page<View>([.. page.Items.Select(View.Of)], page.NextPageToken), Wire.Options);
    }

    static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;

    static DateTimeOffset? Moment(IQueryCollection query, string name)
    {
        if (Text(query, name) is not { } text) return null;
        return DateTimeOffset.TryParseExact(text, Instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment : throw BrokerException.Invalid(name, "must be a time in UTC such as 2026-11-24T12:00:00Z");
    }
}
