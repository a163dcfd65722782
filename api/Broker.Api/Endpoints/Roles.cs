using Broker.Api.Calls;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles</c>: the policy settings.</summary>
static class Roles
{
    /// <summary>The address of all roles, and of one.</summary>
    public const string All = "/v1/tenants/{tenant}/roles", One = All + "/{role}";

    /// <summary>A role as callers read it.</summary>
    sealed record View(string Tenant, string Role, long Version, DateTimeOffset UpdatedAt, RoleDefinition Definition)
    {
        public static View Of(RoleSettings role) => new(role.Key.Tenant, role.Key.Role, role.Version, role.UpdatedAt, role.Definition);
    }

    /// <summary>A role that was disabled, with what it leaves behind.</summary>
    sealed record Disabled(
        string Tenant, string Role, long Version, DateTimeOffset UpdatedAt, RoleDefinition Definition, string Status, Exposure[] Exposure, DateTimeOffset? LatestExpiration);

    /// <summary>Which version shall stand again.</summary>
    sealed record Wanted
    {
        /// <summary>One of the kept versions.</summary>
        [System.Text.Json.Serialization.JsonRequired] public long Version { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("GET", All, "ListRoles", BrokerAction.ReadRole, ListAsync);
        routes.MapCall("GET", One, "GetRole", BrokerAction.ReadRole, GetAsync);
        routes.MapChange("PUT", One, "PutRole", BrokerAction.ManageRole, PutAsync);
        routes.MapChange("DELETE", One, "DeleteRole", BrokerAction.ManageRole, DeleteAsync);
        routes.MapCall("GET", One + "/versions", "ListRoleVersions", BrokerAction.ManageRole, ListVersionsAsync);
        routes.MapChange("POST", One + "/rollback", "RollbackRole", BrokerAction.ManageRole, RollbackAsync);
    }

    static async Task<IResult> ListAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        var page = await grains.Tenant(call.InTenant).ListRoles(call.Caller, context.Request.ReadPage(), context.RequestAborted);
        return Results.Json(new Page<View>([.. page.Items.Select(View.Of)], page.NextPageToken), Wire.Options);
    }

    static async Task<IResult> GetAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var settings = await grains.Role(call.Role).GetSettings(call.Caller, context.RequestAborted);
        Tag(context, settings);
        return Results.Json(View.Of(settings), Wire.Options);
    }

    static async Task<IResult> PutAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var precondition = Preconditions.Read(context.Request);
        var definition = await RequestBody.ReadAsync<RoleDefinition>(context.Request);
        return await AnswerAsync(context, grains, await grains.Role(call.Role).PutSettings(call.Caller, definition, precondition, context.RequestAborted));
    }

    static async Task<IResult> DeleteAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var exposure = await grains.Role(call.Role).Delete(call.Caller, Preconditions.Read(context.Request), context.RequestAborted);
        return Results.Json(KillReport.Of("deleted", exposure), Wire.Options);
    }

    static async Task<IResult> ListVersionsAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        var page = context.Request.ReadPage();
        var versions = await grains.Role(call.Role).GetVersions(call.Caller, context.RequestAborted);
        // Newest first: a page's token is its last version.
        var after = page.After is null ? long.MaxValue : long.TryParse(page.After, out var last) ? last : throw BrokerException.Invalid("pageToken", "must be the nextPageToken of an answer");
        var rest = versions.SkipWhile(v => v.Version >= after).ToList();
        var items = rest.Take(page.Size).Select(View.Of).ToArray();
        return Results.Json(new Page<View>(items, rest.Count > items.Length ? $"{items[^1].Version}" : null), Wire.Options);
    }

    static async Task<IResult> RollbackAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var precondition = Preconditions.Read(context.Request);
        var wanted = await RequestBody.ReadAsync<Wanted>(context.Request);
        return await AnswerAsync(context, grains, await grains.Role(call.Role).Rollback(call.Caller, wanted.Version, precondition, context.RequestAborted));
    }

    /// <summary>A version that disables the role says what it leaves behind.</summary>
    static async Task<IResult> AnswerAsync(HttpContext context, IGrainFactory grains, RolePut put)
    {
        var (call, settings) = (context.Call(), put.Settings);
        Tag(context, settings);
        var view = View.Of(settings);
        var status = put.Outcome == PutOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        if (!settings.Definition.Disabled) return Results.Json(view, Wire.Options, statusCode: status);
        var report = KillReport.Of("disabled", await grains.Role(call.Role).GetExposure(call.Caller, settle: true, context.RequestAborted));
        var disabled = new Disabled(view.Tenant, view.Role, view.Version, view.UpdatedAt, view.Definition, report.Status, report.Exposure, report.LatestExpiration);
        return Results.Json(disabled, Wire.Options, statusCode: status);
    }

    static void Tag(HttpContext context, RoleSettings settings)
    {
        context.Call().Version = settings.Version;
        context.Response.Headers.ETag = Preconditions.ETag(settings.Version);
    }
}
