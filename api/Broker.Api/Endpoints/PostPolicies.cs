using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles/{role}/post-policies</c></summary>
static class PostPolicies
{
    public static void Map(IEndpointRouteBuilder app) => app.Topic(Topics.DataPlane)
        .MapCall("POST", Roles.One + "/post-policies", "CreatePostPolicy", BrokerAction.SignForms, PostAsync)
        .WithSummary("Signs a form by which a browser posts one file straight to OSS.").Takes<PostFormRequest>().Answers<PostForm>();

    static async Task<IResult> PostAsync(HttpContext context, RoleSigning signing, ApiTelemetry telemetry)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var request = RequestBody.Read<PostFormRequest>(context);
        call.Prefix = request.Key ?? request.KeyPrefix;
        var form = await signing.AskAsync(context, (role, caller, cancelled) => role.SignForm(caller, request, cancelled), telemetry.FormSigned);
        (call.AccessKeyId, call.Version) = (form.AccessKeyId, form.Version);
        return Results.Json(form, Wire.Options);
    }
}
