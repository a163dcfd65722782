using System.Globalization;
using System.Text.Json.Serialization;
using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>A role as it stands.</summary>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Counts its changes, from 1.</param>
/// <param name="UpdatedAt">When the version was made.</param>
/// <param name="Definition">The policy settings.</param>
sealed record Role(string Tenant, [property: JsonPropertyName("role")] string Name, long Version, DateTimeOffset UpdatedAt, RoleDefinition Definition)
{
    public static Role Of(RoleSettings role) => new(role.Key.Tenant, role.Key.Role, role.Version, role.UpdatedAt, role.Definition);
}

/// <summary>A role whose new version disables it, with what it leaves behind.</summary>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Counts its changes, from 1.</param>
/// <param name="UpdatedAt">When the version was made.</param>
/// <param name="Definition">The policy settings.</param>
/// <param name="Status"><c>disabled</c>.</param>
/// <param name="Exposure">Every credential that was issued and still lives, by its end.</param>
/// <param name="LatestExpiration">When the last of them ends; null: none lives.</param>
sealed record DisabledRole(
    string Tenant, [property: JsonPropertyName("role")] string Name, long Version, DateTimeOffset UpdatedAt, RoleDefinition Definition,
    string Status, Exposure[] Exposure, DateTimeOffset? LatestExpiration);

/// <summary>Which version shall stand again.</summary>
sealed record Rollback
{
    /// <summary>One of the kept versions.</summary>
    [JsonRequired] public long Version { get; init; }
}

/// <summary><c>/v1/tenants/{tenant}/roles</c>: the policy settings.</summary>
static class Roles
{
    /// <summary>The address of all roles, and of one.</summary>
    public const string All = "/v1/tenants/{tenant}/roles", One = All + "/{role}";

    public static void Map(IEndpointRouteBuilder app)
    {
        var routes = app.Topic(Topics.Roles);
        routes.MapCall("GET", All, "ListRoles", BrokerAction.ReadRole, ListAsync)
            .WithSummary("Lists the tenant's roles that the caller may read, by name.").Lists<Role>();
        routes.MapCall("GET", One, "GetRole", BrokerAction.ReadRole, GetAsync)
            .WithSummary("Reads a role.").Answers<Role>().IsVersioned().Produces(StatusCodes.Status304NotModified);
        routes.MapChange("PUT", One, "PutRole", BrokerAction.ManageRole, PutAsync)
            .WithSummary("Makes or changes a role. Once it has answered, nothing minted under a policy that was replaced is vended.")
            .Takes<RoleDefinition>().Answers<OneOf<Role, DisabledRole>>(200, 201).IsVersioned().IsConditional().Refuses(409, 422);
        routes.MapChange("DELETE", One, "DeleteRole", BrokerAction.ManageRole, DeleteAsync)
            .WithSummary("Ends a role and its credential URLs.").Answers<KillReport>().IsConditional();
        routes.MapCall("GET", One + "/versions", "ListRoleVersions", BrokerAction.ManageRole, ListVersionsAsync)
            .WithSummary("Lists the last versions of a role, newest first.").Lists<Role>();
        routes.MapChange("POST", One + "/rollback", "RollbackRole", BrokerAction.ManageRole, RollbackAsync)
            .WithSummary("Makes a new version with the settings of an old one.")
            .Takes<Rollback>().Answers<OneOf<Role, DisabledRole>>().IsVersioned().IsConditional().Refuses(422);
    }

    static async Task<IResult> ListAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        var page = await grains.Tenant(call.InTenant).ListRoles(call.Caller, context.Request.ReadPage(), call.Cancellation);
        return Results.Json(page.Select(Role.Of), Wire.Options);
    }

    static async Task<IResult> GetAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var settings = await grains.Role(call.Role).GetSettings(call.Caller, call.Cancellation);
        Tag(context, settings);
        return Preconditions.NotModified(context.Request, settings.Version) ?? Results.Json(Role.Of(settings), Wire.Options);
    }

    static async Task<IResult> PutAsync(HttpContext context, IGrainFactory grains, TimeProvider clock)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var precondition = Preconditions.Read(context.Request);
        var definition = RequestBody.Read<RoleDefinition>(context);
        return await AnswerAsync(context, grains, clock, await grains.Role(call.Role).PutSettings(call.Caller, definition, precondition, call.Cancellation));
    }

    static async Task<IResult> DeleteAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var role = grains.Role(call.Role);
        await role.Delete(call.Caller, Preconditions.Read(context.Request), call.Cancellation);
        await role.Settle(call.Cancellation);
        return Results.Json(KillReport.Of("deleted", await role.GetExposure(call.Caller, call.Cancellation)), Wire.Options);
    }

    static async Task<IResult> ListVersionsAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        var page = context.Request.ReadPage();
        var versions = await grains.Role(call.Role).GetVersions(call.Caller, call.Cancellation);
        // Newest first: a page's token is its last version.
        var after = page.After is null ? long.MaxValue : long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : throw Queries.BadPageToken();
        var rest = versions.SkipWhile(v => v.Version >= after).ToList();
        var items = rest.Take(page.Size).Select(Role.Of).ToArray();
        return Results.Json(new Page<Role>(items, rest.Count > items.Length ? $"{items[^1].Version}" : null), Wire.Options);
    }

    static async Task<IResult> RollbackAsync(HttpContext context, IGrainFactory grains, TimeProvider clock)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var precondition = Preconditions.Read(context.Request);
        var wanted = RequestBody.Read<Rollback>(context);
        return await AnswerAsync(context, grains, clock, await grains.Role(call.Role).Rollback(call.Caller, wanted.Version, precondition, call.Cancellation));
    }

    /// <summary>A version that disables the role says what it leaves behind.</summary>
    static async Task<IResult> AnswerAsync(HttpContext context, IGrainFactory grains, TimeProvider clock, RolePut put)
    {
        var (call, settings) = (context.Call(), put.Settings);
        Tag(context, settings);
        var (view, role) = (Role.Of(settings), grains.Role(call.Role));
        if (Settling.IsNeeded(put.Outcome, settings.Version, settings.UpdatedAt, clock.GetUtcNow())) await role.Settle(call.Cancellation);
        var status = put.Outcome == PutOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        if (!settings.Definition.Disabled) return Results.Json(view, Wire.Options, statusCode: status);
        var report = KillReport.Of("disabled", await role.GetExposure(call.Caller, call.Cancellation));
        var disabled = new DisabledRole(view.Tenant, view.Name, view.Version, view.UpdatedAt, view.Definition, report.Status, report.Exposure, report.LatestExpiration);
        return Results.Json(disabled, Wire.Options, statusCode: status);
    }

    static void Tag(HttpContext context, RoleSettings settings)
    {
        context.Call().Version = settings.Version;
        context.Response.Headers.ETag = Preconditions.ETag(settings.Version);
    }
}
