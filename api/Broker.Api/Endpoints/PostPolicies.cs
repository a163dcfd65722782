using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles/{role}/post-policies</c></summary>
static class PostPolicies
{
    public static void Map(IEndpointRouteBuilder app)
    {
        // Asked for once, where a parameter of the handler would be asked for with each request.
        var (signing, telemetry) = (app.ServiceProvider.GetRequiredService<RoleSigning>(), app.ServiceProvider.GetRequiredService<ApiTelemetry>());
        app.Topic(Topics.DataPlane).MapCall("POST", Roles.One + "/post-policies", "CreatePostPolicy", BrokerAction.SignForms, (HttpContext context) => PostAsync(context, signing, telemetry))
            .WithSummary("Signs a form by which a browser posts one file straight to OSS.").Takes<PostFormRequest>().Answers<PostForm>();
    }

    static async Task<IResult> PostAsync(HttpContext context, RoleSigning signing, ApiTelemetry telemetry)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var request = RequestBody.Read<PostFormRequest>(context);
        call.Prefix = request.Key ?? request.KeyPrefix;
        var form = await signing.AskAsync(context, (role, caller, cancelled) => role.SignForm(caller, request, cancelled), telemetry.FormSigned);
        (call.AccessKeyId, call.Version) = (form.AccessKeyId, form.Version);
        return WholeJson.Of(form);
    }
}
