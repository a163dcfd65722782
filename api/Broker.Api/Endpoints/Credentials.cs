using System.Globalization;
using Broker.Api.Calls;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles/{role}/credentials</c></summary>
static class Credentials
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapCall("GET", Roles.One + "/credentials", "GetCredentials", BrokerAction.GetCredentials, GetAsync);

    /// <summary>Credentials of the call's role, counted by outcome.</summary>
    public static async Task<CredentialSnapshot> VendAsync(HttpContext context, IGrainFactory grains, ApiTelemetry telemetry, TimeSpan minRemaining, SessionNarrowing? narrowing = null)
    {
        var call = context.Call();
        try
        {
            var grain = grains.Role(call.Role);
            var snapshot = narrowing is null
                ? await grain.GetCredentials(call.Caller, minRemaining, context.RequestAborted)
                : await grain.GetNarrowedCredentials(call.Caller, narrowing, minRemaining, context.RequestAborted);
            telemetry.CredentialsRequested("success");
            (call.AccessKeyId, call.Version) = (snapshot.AccessKeyId, snapshot.Version);
            return snapshot;
        }
        catch (Exception e)
        {
            telemetry.CredentialsRequested(e is BrokerException failure ? failure.Code : ErrorCode.Unavailable);
            throw;
        }
    }

    static async Task<IResult> GetAsync(HttpContext context, IGrainFactory grains, ApiTelemetry telemetry)
    {
        var query = context.Request.Query;
        context.Request.DemandQuery("minRemaining", "format", "prefix", "access");
        var format = query["format"].ToString();
        if (format is not ("" or "cli")) throw BrokerException.Invalid("format", "must be cli, or left out");
        var snapshot = await VendAsync(context, grains, telemetry, MinRemaining(query), Narrowed(context));
        return format == "cli" ? CredentialDocument.ForCli(snapshot) : CredentialDocument.Of(snapshot);
    }

    /// <summary>Null: nothing is narrowed, and the role's own session serves.</summary>
    static SessionNarrowing? Narrowed(HttpContext context)
    {
        var (call, query) = (context.Call(), context.Request.Query);
        var prefix = query["prefix"].ToString();
        var access = query.TryGetValue("access", out var text) ? text.ToString() : null;
        if (prefix.Length == 0 && access is null) return null;
        (call.Prefix, call.Access) = (prefix, access);
        return new(prefix, access?.Split(','));
    }

    static TimeSpan MinRemaining(IQueryCollection query)
    {
        if (!query.TryGetValue("minRemaining", out var text)) return TimeSpan.Zero;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw BrokerException.Invalid("minRemaining", "must be a whole number of seconds, 0 or more");
    }
}
