using Broker.Api.Authentication;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}</c></summary>
static class Tenants
{
    /// <summary>A tenant as callers read it.</summary>
    sealed record View(string Tenant, long Version, string Status, DateTimeOffset UpdatedAt, TenantDefinition Definition);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/tenants/{tenant}", GetAsync);
        routes.MapPut("/v1/tenants/{tenant}", PutAsync);
    }

    static async Task<IResult> GetAsync(string tenant, HttpContext context, Authenticator authenticator, IGrainFactory grains)
    {
        await authenticator.DemandTenantAsync(context, BrokerAction.ReadTenant, tenant);
        context.Request.DemandQuery();
        var settings = await grains.Tenant(tenant).Find(context.RequestAborted)
            ?? throw new BrokerException(ErrorCode.NotFound, "There is no such tenant.");
        return Answer(context, settings, StatusCodes.Status200OK);
    }

    static async Task<IResult> PutAsync(string tenant, HttpContext context, Authenticator authenticator, IGrainFactory grains)
    {
        var caller = await authenticator.DemandTenantAsync(context, BrokerAction.ManageTenant, tenant);
        context.Request.DemandQuery();
        var precondition = Preconditions.Read(context.Request);
        var definition = await RequestBody.ReadAsync<TenantDefinition>(context.Request);
        var put = await grains.Tenant(tenant).PutSettings(caller, definition, precondition, context.RequestAborted);
        return Answer(context, put.Settings, put.Outcome == PutOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    static IResult Answer(HttpContext context, TenantSettings settings, int status)
    {
        context.Response.Headers.ETag = Preconditions.ETag(settings.Version);
        return Results.Json(new View(settings.Tenant, settings.Version, "active", settings.UpdatedAt, settings.Definition), Wire.Options, statusCode: status);
    }
}
