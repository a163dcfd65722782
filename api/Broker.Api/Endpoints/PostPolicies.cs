using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles/{role}/post-policies</c></summary>
static class PostPolicies
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Topic(Topics.DataPlane).MapCall<RoleSigning>("POST", Roles.One + "/post-policies", "CreatePostPolicy", BrokerAction.SignForms, PostAsync)
            .WithSummary("Signs a form by which a browser posts one file straight to OSS.").Takes<PostFormRequest>().Answers<PostForm>();

    static async ValueTask<IResult> PostAsync(HttpContext context, RoleSigning signing)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var request = RequestBody.Read<PostFormRequest>(context);
        call.Prefix = request.Key ?? request.KeyPrefix;
        var form = await signing.AskAsync(context, (role, caller, cancelled) => role.SignForm(caller, request, cancelled), static (telemetry, outcome) => telemetry.FormSigned(outcome));
        (call.AccessKeyId, call.Version) = (form.AccessKeyId, form.Version);
        return WholeJson.Of(form);
    }
}
