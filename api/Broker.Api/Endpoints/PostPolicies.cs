using Broker.Api.Authentication;
using Broker.Api.Json;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles/{role}/post-policies</c></summary>
static class PostPolicies
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/tenants/{tenant}/roles/{role}/post-policies", PostAsync);

    static async Task<IResult> PostAsync(string tenant, string role, HttpContext context, Authenticator authenticator, IGrainFactory grains, ApiTelemetry telemetry)
    {
        var (caller, key) = await authenticator.DemandRoleAsync(context, BrokerAction.SignForms, tenant, role);
        context.Request.DemandQuery();
        var request = await RequestBody.ReadAsync<PostFormRequest>(context.Request);
        try
        {
            var form = await grains.Role(key).SignForm(caller, request, context.RequestAborted);
            telemetry.FormSigned("success");
            return Results.Json(form, Wire.Options);
        }
        catch (BrokerException e)
        {
            telemetry.FormSigned(e.Code);
            throw;
        }
    }
}
