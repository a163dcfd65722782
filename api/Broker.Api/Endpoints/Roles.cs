using Broker.Api.Authentication;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles/{role}</c></summary>
static class Roles
{
    /// <summary>A role as callers read it.</summary>
    sealed record View(string Tenant, string Role, long Version, DateTimeOffset UpdatedAt, RoleDefinition Definition);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/tenants/{tenant}/roles/{role}", GetAsync);
        routes.MapPut("/v1/tenants/{tenant}/roles/{role}", PutAsync);
    }

    static async Task<IResult> GetAsync(string tenant, string role, HttpContext context, Authenticator authenticator, IGrainFactory grains)
    {
        var (caller, key) = await authenticator.DemandRoleAsync(context, BrokerAction.ReadRole, tenant, role);
        context.Request.DemandQuery();
        return Answer(context, await grains.Role(key).GetSettings(caller, context.RequestAborted), StatusCodes.Status200OK);
    }

    static async Task<IResult> PutAsync(string tenant, string role, HttpContext context, Authenticator authenticator, IGrainFactory grains)
    {
        var (caller, key) = await authenticator.DemandRoleAsync(context, BrokerAction.ManageRole, tenant, role);
        context.Request.DemandQuery();
        var precondition = Preconditions.Read(context.Request);
        var definition = await RequestBody.ReadAsync<RoleDefinition>(context.Request);
        var put = await grains.Role(key).PutSettings(caller, definition, precondition, context.RequestAborted);
        return Answer(context, put.Settings, put.Outcome == PutOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    static IResult Answer(HttpContext context, RoleSettings settings, int status)
    {
        context.Response.Headers.ETag = Preconditions.ETag(settings.Version);
        return Results.Json(new View(settings.Key.Tenant, settings.Key.Role, settings.Version, settings.UpdatedAt, settings.Definition), Wire.Options, statusCode: status);
    }
}
