using System.Globalization;
using System.Security.Cryptography;
using Broker.Api.Authentication;
using Broker.Api.Json;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary>
/// The addresses and shapes of Alibaba Cloud's guide, for the default role of the calling key: a page that was written after
/// the guide needs only to send its key.
/// </summary>
static class SeedsCompatible
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/get_sts_token_for_oss_upload", GetCredentialsAsync);
        routes.MapGet("/get_post_signature_for_oss_upload", GetFormAsync);
        routes.MapGet("/get_presigned_url_for_oss_upload", GetUrlAsync);
    }

    static async Task<IResult> GetCredentialsAsync(HttpContext context, Authenticator authenticator, IGrainFactory grains, ApiTelemetry telemetry)
    {
        var (caller, role) = await DemandAsync(context, authenticator, BrokerAction.GetCredentials);
        context.Request.DemandQuery();
        return CredentialDocument.Of(await Credentials.VendAsync(grains, telemetry, role, caller, TimeSpan.Zero, context.RequestAborted));
    }

    static async Task<IResult> GetFormAsync(HttpContext context, Authenticator authenticator, IGrainFactory grains, ApiTelemetry telemetry)
    {
        var (caller, role) = await DemandAsync(context, authenticator, BrokerAction.SignForms);
        context.Request.DemandQuery();
        var form = await grains.Role(role).SignGuideForm(caller, context.RequestAborted);
        telemetry.FormSigned("success");
        return Results.Json(form, Wire.Options);
    }

    /// <summary>A bare URL for one PUT, as text.</summary>
    static async Task<IResult> GetUrlAsync(HttpContext context, Authenticator authenticator, IGrainFactory grains, ApiTelemetry telemetry, TimeProvider clock)
    {
        var (caller, role) = await DemandAsync(context, authenticator, BrokerAction.SignUrls);
        context.Request.DemandQuery("key", "contentType");
        var key = context.Request.Query["key"].ToString();
        var type = context.Request.Query["contentType"].ToString();
        var request = new SignUrl { Method = "PUT", Key = key.Length > 0 ? key : RandomKey(clock), ContentType = type.Length > 0 ? type : "image/png" };
        var urls = await grains.Role(role).SignUrls(caller, [request], batch: false, context.RequestAborted);
        telemetry.UrlSigned("PUT", "success");
        return Results.Text(urls[0].Url);
    }

    static async Task<(Caller, RoleKey)> DemandAsync(HttpContext context, Authenticator authenticator, BrokerAction action)
    {
        var caller = await authenticator.AuthenticateKeyAsync(context);
        if (caller is not { Tenant: { } tenant, DefaultRole: { } role }) throw new BrokerException(ErrorCode.Forbidden, "The key has no default role.");
        AccessRules.Demand(caller, action, tenant, role);
        return (caller, new(tenant, role));
    }

    static string RandomKey(TimeProvider clock) =>
        $"{clock.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
}
