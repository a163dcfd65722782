using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.Leases;
using Broker.Api.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>What operators see of a role's credentials and do with them.</summary>
static class RoleOperations
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var routes = app.Topic(Topics.Roles);
        routes.MapCall("GET", Roles.One + "/status", "GetRoleStatus", BrokerAction.ReadRole, GetStatusAsync)
            .WithSummary("Reads the condition of a role's credentials.").Answers<RoleStatus>();
        routes.MapCall("POST", Roles.One + "/preview", "PreviewRole", BrokerAction.ManageRole, PreviewAsync)
            .WithSummary("Says what settings would mean if they were put; changes nothing.").Takes<RoleDefinition>().Answers<Preview>().Refuses(422);
        routes.MapCall("POST", Roles.One + "/explain", "ExplainRole", BrokerAction.ReadRole, ExplainAsync)
            .WithSummary("Says whether a session of the role would be allowed a request to OSS, and why.").Takes<ExplainRequest>().Answers<Explanation>().Refuses(422);
        routes.MapChange("POST", Roles.One + "/refresh", "RefreshRole", BrokerAction.ManageRole, RefreshAsync)
            .WithSummary("Mints credentials now, whatever is cached.").Answers<RoleStatus>().Refuses(422, 502);
        routes.MapChange("POST", Roles.One + "/revoke", "RevokeRole", BrokerAction.ManageRole, RevokeAsync)
            .WithSummary("Drops what is cached, narrowed sessions included.").Answers<KillReport>();
    }

    static async Task<IResult> GetStatusAsync(HttpContext context, IGrainFactory grains, LeaseTable leases)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        return Results.Json(await grains.Role(call.Role).GetStatus(call.Caller, leases.Roles.TakeServed(call.Role), call.Cancellation), Wire.Options);
    }

    static async Task<IResult> PreviewAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var definition = RequestBody.Read<RoleDefinition>(context);
        return Results.Json(await grains.Role(call.Role).Preview(call.Caller, definition, call.Cancellation), Wire.Options);
    }

    static async Task<IResult> ExplainAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var request = RequestBody.Read<ExplainRequest>(context);
        return Results.Json(await grains.Role(call.Role).Explain(call.Caller, request, call.Cancellation), Wire.Options);
    }

    static async Task<IResult> RefreshAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        RequestBody.DemandNone(context);
        var refresh = await grains.Role(call.Role).Refresh(call.Caller, call.Cancellation);
        (call.AccessKeyId, call.Version) = (refresh.AccessKeyId, refresh.Status.Version);
        return Results.Json(refresh.Status, Wire.Options);
    }

    static async Task<IResult> RevokeAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        RequestBody.DemandNone(context);
        var role = grains.Role(call.Role);
        await role.Revoke(call.Caller, call.Cancellation);
        await role.Settle(call.Cancellation);
        return Results.Json(KillReport.Of("revoked", await role.GetExposure(call.Caller, call.Cancellation)), Wire.Options);
    }
}
