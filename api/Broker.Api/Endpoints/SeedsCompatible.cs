using System.Globalization;
using System.Security.Cryptography;
using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;
using Microsoft.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>
/// The addresses and shapes of Alibaba Cloud's guide, for the default role of the calling key: a page that was written after
/// the guide needs only to send its key.
/// </summary>
static class SeedsCompatible
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var routes = app.Topic(Topics.Guide);
        routes.MapCall<CredentialVending>("GET", "/get_sts_token_for_oss_upload", "GuideGetStsToken", BrokerAction.GetCredentials, GetCredentialsAsync, CallTarget.DefaultRole)
            .WithSummary("Gets STS credentials.").Answers<CredentialDocument>();
        routes.MapCall<RoleSigning>("GET", "/get_post_signature_for_oss_upload", "GuideGetPostSignature", BrokerAction.SignForms, GetFormAsync, CallTarget.DefaultRole)
            .WithSummary("Signs an upload form in V1; the page adds `x-oss-security-token`.").Answers<GuideForm>();
        routes.MapCall("GET", "/get_presigned_url_for_oss_upload", "GuideGetPresignedUrl", BrokerAction.SignUrls, GetUrlAsync, CallTarget.DefaultRole)
            .WithSummary("Signs a URL for one PUT, and answers it as bare text.").Produces<string>(StatusCodes.Status200OK, "text/plain")
            .Asks("key", "The object's key, relative to the role's full prefix; a random one without it.", new() { Type = JsonSchemaType.String })
            .Asks("contentType", "The Content-Type that the client will send; `image/png` without it.", new() { Type = JsonSchemaType.String });
    }

    static async ValueTask<IResult> GetCredentialsAsync(HttpContext context, CredentialVending vending)
    {
        context.Request.DemandQuery();
        return new WholeJson((await vending.VendAsync(context, TimeSpan.Zero)).Document);
    }

    static async ValueTask<IResult> GetFormAsync(HttpContext context, RoleSigning signing)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var form = await signing.AskAsync(context, (role, caller, cancelled) => role.SignGuideForm(caller, cancelled), static (telemetry, outcome) => telemetry.FormSigned(outcome));
        (call.AccessKeyId, call.Version) = (form.OssAccessKeyId, form.Version);
        return WholeJson.Of(form);
    }

    /// <summary>A bare URL for one PUT, as text.</summary>
    static async Task<IResult> GetUrlAsync(HttpContext context, RoleSigning signing, TimeProvider clock)
    {
        context.Request.DemandQuery("key", "contentType");
        var key = context.Request.Query["key"].ToString();
        var type = context.Request.Query["contentType"].ToString();
        var request = new SignUrl { Method = "PUT", Key = key.Length > 0 ? key : RandomKey(clock), ContentType = type.Length > 0 ? type : "image/png" };
        var urls = await SignedUrls.SignAsync(context, signing, [request], batch: false);
        return Results.Text(urls[0].Url);
    }

    static string RandomKey(TimeProvider clock) =>
        $"{clock.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
}
