using Broker.Api.Calls;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants</c></summary>
static class Tenants
{
    const string Path = "/v1/tenants/{tenant}";

    /// <summary>A tenant as callers read it.</summary>
    sealed record View(string Tenant, long Version, string Status, DateTimeOffset UpdatedAt, TenantDefinition Definition)
    {
        public static View Of(TenantSettings tenant) => new(tenant.Tenant, tenant.Version, tenant.Suspended ? "suspended" : "active", tenant.UpdatedAt, tenant.Definition);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("GET", "/v1/tenants", "ListTenants", BrokerAction.ManageTenant, ListAsync);
        routes.MapCall("GET", Path, "GetTenant", BrokerAction.ReadTenant, GetAsync);
        routes.MapChange("PUT", Path, "PutTenant", BrokerAction.ManageTenant, PutAsync);
        routes.MapChange("DELETE", Path, "DeleteTenant", BrokerAction.ManageTenant, DeleteAsync);
        routes.MapChange("POST", Path + "/suspend", "SuspendTenant", BrokerAction.ManageTenant, SuspendAsync);
        routes.MapChange("POST", Path + "/resume", "ResumeTenant", BrokerAction.ManageTenant, ResumeAsync);
    }

    static async Task<IResult> ListAsync(HttpContext context, IGrainFactory grains)
    {
        var page = await grains.TenantList().List(context.Call().Caller, context.Request.ReadPage(), context.RequestAborted);
        return Results.Json(new Page<View>([.. page.Items.Select(View.Of)], page.NextPageToken), Wire.Options);
    }

    static async Task<IResult> GetAsync(HttpContext context, IGrainFactory grains)
    {
        context.Request.DemandQuery();
        var settings = await grains.Tenant(context.Call().InTenant).Find(context.RequestAborted)
            ?? throw new BrokerException(ErrorCode.NotFound, "There is no such tenant.");
        return Answer(context, settings, StatusCodes.Status200OK);
    }

    static async Task<IResult> PutAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var precondition = Preconditions.Read(context.Request);
        var definition = await RequestBody.ReadAsync<TenantDefinition>(context.Request);
        var put = await grains.Tenant(call.InTenant).PutSettings(call.Caller, definition, precondition, context.RequestAborted);
        return Answer(context, put.Settings, put.Outcome == PutOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    static async Task<IResult> DeleteAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var exposure = await grains.Tenant(call.InTenant).Delete(call.Caller, Preconditions.Read(context.Request), context.RequestAborted);
        return Results.Json(KillReport.Of("deleted", exposure), Wire.Options);
    }

    static async Task<IResult> SuspendAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        await RequestBody.DemandNoneAsync(context.Request);
        var tenant = grains.Tenant(call.InTenant);
        call.Version = (await tenant.SetSuspended(call.Caller, true, context.RequestAborted)).Version;
        return Results.Json(KillReport.Of("suspended", await tenant.GetExposure(call.Caller, settle: true, context.RequestAborted)), Wire.Options);
    }

    static async Task<IResult> ResumeAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        await RequestBody.DemandNoneAsync(context.Request);
        return Answer(context, await grains.Tenant(call.InTenant).SetSuspended(call.Caller, false, context.RequestAborted), StatusCodes.Status200OK);
    }

    static IResult Answer(HttpContext context, TenantSettings settings, int status)
    {
        context.Call().Version = settings.Version;
        context.Response.Headers.ETag = Preconditions.ETag(settings.Version);
        return Results.Json(View.Of(settings), Wire.Options, statusCode: status);
    }
}
