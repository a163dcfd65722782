using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.Leases;
using Broker.Api.OpenApi;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles/{role}/post-policies</c></summary>
static class PostPolicies
{
    public static void Map(IEndpointRouteBuilder app) => app.Topic(Topics.DataPlane)
        .MapCall("POST", Roles.One + "/post-policies", "CreatePostPolicy", BrokerAction.SignForms, PostAsync)
        .WithSummary("Signs a form by which a browser posts one file straight to OSS.").Takes<PostFormRequest>().Answers<PostForm>();

    static async Task<IResult> PostAsync(HttpContext context, IGrainFactory grains, ApiTelemetry telemetry, TimeProvider clock)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var request = RequestBody.Read<PostFormRequest>(context);
        call.Prefix = request.Key ?? request.KeyPrefix;
        var form = await ApiTelemetry.CountAsync(() => Reaching.AskAsync(cancelled => grains.Role(call.Role).SignForm(call.Caller, request, cancelled), clock, context.RequestAborted), telemetry.FormSigned);
        (call.AccessKeyId, call.Version) = (form.AccessKeyId, form.Version);
        return Results.Json(form, Wire.Options);
    }
}
