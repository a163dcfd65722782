using System.Text.Json.Serialization;
using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>A tenant as it stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Counts its changes, from 1.</param>
/// <param name="Status"><c>active</c>, or <c>suspended</c>: nothing is vended for it.</param>
/// <param name="UpdatedAt">When the version was made.</param>
/// <param name="Definition">What the administrator said.</param>
sealed record Tenant([property: JsonPropertyName("tenant")] string Name, long Version, string Status, DateTimeOffset UpdatedAt, TenantDefinition Definition)
{
    public static Tenant Of(TenantSettings tenant) => new(tenant.Tenant, tenant.Version, tenant.Suspended ? "suspended" : "active", tenant.UpdatedAt, tenant.Definition);
}

/// <summary><c>/v1/tenants</c></summary>
static class Tenants
{
    const string Path = "/v1/tenants/{tenant}";

    public static void Map(IEndpointRouteBuilder app)
    {
        var routes = app.Topic(Topics.Tenants);
        routes.MapCall("GET", "/v1/tenants", "ListTenants", BrokerAction.ManageTenant, ListAsync)
            .WithSummary("Lists the tenants, by name.").Lists<Tenant>();
        routes.MapCall("GET", Path, "GetTenant", BrokerAction.ReadTenant, GetAsync)
            .WithSummary("Reads a tenant.").Answers<Tenant>().IsVersioned().Produces(StatusCodes.Status304NotModified);
        routes.MapChange("PUT", Path, "PutTenant", BrokerAction.ManageTenant, PutAsync)
            .WithSummary("Makes or changes a tenant.").Takes<TenantDefinition>().Answers<Tenant>(200, 201).IsVersioned().IsConditional().Refuses(409);
        routes.MapChange("DELETE", Path, "DeleteTenant", BrokerAction.ManageTenant, DeleteAsync)
            .WithSummary("Ends a tenant with its roles, keys and credential URLs.").Answers<KillReport>().IsConditional();
        routes.MapChange("POST", Path + "/suspend", "SuspendTenant", BrokerAction.ManageTenant, SuspendAsync)
            .WithSummary("The kill switch: once it has answered, nothing vends for the tenant.").Answers<KillReport>();
        routes.MapChange("POST", Path + "/resume", "ResumeTenant", BrokerAction.ManageTenant, ResumeAsync)
            .WithSummary("Ends a suspension.").Answers<Tenant>().IsVersioned();
    }

    static async Task<IResult> ListAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        var page = await grains.TenantList().List(call.Caller, context.Request.ReadPage(), call.Cancellation);
        return Results.Json(page.Select(Tenant.Of), Wire.Options);
    }

    static async Task<IResult> GetAsync(HttpContext context, IGrainFactory grains)
    {
        context.Request.DemandQuery();
        var call = context.Call();
        var settings = await grains.Tenant(call.InTenant).GetSettings(call.Caller, call.Cancellation);
        return Preconditions.NotModified(context.Request, settings.Version) ?? Answer(context, settings, StatusCodes.Status200OK);
    }

    static async Task<IResult> PutAsync(HttpContext context, IGrainFactory grains, TimeProvider clock)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var precondition = Preconditions.Read(context.Request);
        var definition = RequestBody.Read<TenantDefinition>(context);
        var tenant = grains.Tenant(call.InTenant);
        var put = await tenant.PutSettings(call.Caller, definition, precondition, call.Cancellation);
        if (Settling.IsNeeded(put.Outcome, put.Settings.Version, put.Settings.UpdatedAt, clock.GetUtcNow())) await tenant.Settle(call.Cancellation);
        return Answer(context, put.Settings, put.Outcome == PutOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    static async Task<IResult> DeleteAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var exposure = await grains.Tenant(call.InTenant).Delete(call.Caller, Preconditions.Read(context.Request), call.Cancellation);
        return Results.Json(KillReport.Of("deleted", exposure), Wire.Options);
    }

    static async Task<IResult> SuspendAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        RequestBody.DemandNone(context);
        var tenant = grains.Tenant(call.InTenant);
        call.Version = (await tenant.SetSuspended(call.Caller, true, call.Cancellation)).Version;
        await tenant.Settle(call.Cancellation);
        return Results.Json(KillReport.Of("suspended", await tenant.GetExposure(call.Caller, call.Cancellation)), Wire.Options);
    }

    static async Task<IResult> ResumeAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        RequestBody.DemandNone(context);
        return Answer(context, await grains.Tenant(call.InTenant).SetSuspended(call.Caller, false, call.Cancellation), StatusCodes.Status200OK);
    }

    static IResult Answer(HttpContext context, TenantSettings settings, int status)
    {
        context.Call().Version = settings.Version;
        context.Response.Headers.ETag = Preconditions.ETag(settings.Version);
        return Results.Json(Tenant.Of(settings), Wire.Options, statusCode: status);
    }
}
