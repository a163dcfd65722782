using System.Globalization;
using Broker.Api.Authentication;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles/{role}/credentials</c></summary>
static class Credentials
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/tenants/{tenant}/roles/{role}/credentials", GetAsync);

    /// <summary>Credentials of the role, counted by outcome.</summary>
    public static async Task<CredentialSnapshot> VendAsync(IGrainFactory grains, ApiTelemetry telemetry, RoleKey role, Caller caller, TimeSpan minRemaining, CancellationToken cancellationToken, SessionNarrowing? narrowing = null)
    {
        try
        {
            var grain = grains.Role(role);
            var snapshot = narrowing is null
                ? await grain.GetCredentials(caller, minRemaining, cancellationToken)
                : await grain.GetNarrowedCredentials(caller, narrowing, minRemaining, cancellationToken);
            telemetry.CredentialsRequested("success");
            return snapshot;
        }
        catch (Exception e)
        {
            telemetry.CredentialsRequested(e is BrokerException failure ? failure.Code : ErrorCode.Unavailable);
            throw;
        }
    }

    static async Task<IResult> GetAsync(string tenant, string role, HttpContext context, Authenticator authenticator, IGrainFactory grains, ApiTelemetry telemetry)
    {
        var (caller, key) = await authenticator.DemandRoleAsync(context, BrokerAction.GetCredentials, tenant, role);
        context.Request.DemandQuery("minRemaining", "format", "prefix", "access");
        var format = context.Request.Query["format"].ToString();
        if (format is not ("" or "cli")) throw BrokerException.Invalid("format", "must be cli, or left out");
        var snapshot = await VendAsync(grains, telemetry, key, caller, MinRemaining(context.Request.Query), context.RequestAborted, Narrowed(context.Request.Query));
        return format == "cli" ? CredentialDocument.ForCli(snapshot) : CredentialDocument.Of(snapshot);
    }

    /// <summary>Null: nothing is narrowed, and the role's own session serves.</summary>
    static SessionNarrowing? Narrowed(IQueryCollection query)
    {
        var prefix = query["prefix"].ToString();
        var narrowsAccess = query.TryGetValue("access", out var access);
        return prefix.Length == 0 && !narrowsAccess ? null : new(prefix, narrowsAccess ? access.ToString().Split(',') : null);
    }

    static TimeSpan MinRemaining(IQueryCollection query)
    {
        if (!query.TryGetValue("minRemaining", out var text)) return TimeSpan.Zero;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw BrokerException.Invalid("minRemaining", "must be a whole number of seconds, 0 or more");
    }
}
