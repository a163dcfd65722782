using Broker.Api.Authentication;
using Broker.Api.Calls;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/api-keys</c>. A key is rotated by making the next one, then revoking this one.</summary>
static class ApiKeys
{
    const string Path = "/v1/tenants/{tenant}/api-keys";
    const int ShortestLife = 60, LongestLife = 315_360_000, MostRoles = 1000;

    /// <summary>What a key shall be.</summary>
    sealed record Wanted
    {
        /// <summary>Scopes; none by default.</summary>
        public string[] Scopes { get; init; } = [];

        /// <summary>The roles that it is bound to; null: all of the tenant, later ones too.</summary>
        public string[]? Roles { get; init; }

        /// <summary>The role that is meant where a request names none.</summary>
        public string? DefaultRole { get; init; }

        /// <summary>Its life in seconds, 60 to 315,360,000; null: without end.</summary>
        public int? ExpiresIn { get; init; }

        /// <summary>Requests per second in each API process, 1 to 1,000,000; null: no limit of its own.</summary>
        public int? RequestsPerSecond { get; init; }
    }

    /// <summary>A new key, the one time that its secret is shown.</summary>
    sealed record Made(string KeyId, string ApiKey, string[] Scopes, string[]? Roles, string? DefaultRole, DateTimeOffset? ExpiresAt, int? RequestsPerSecond)
    {
        public override string ToString() => KeyId;
    }

    /// <summary>A key as it is listed.</summary>
    sealed record View(
        string KeyId, string[] Scopes, string[]? Roles, string? DefaultRole, DateTimeOffset? ExpiresAt, int? RequestsPerSecond, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
    {
        public static View Of(ApiKeyRecord key) => new(
            key.Caller.Id, key.Caller.Scopes, key.Caller.Roles, key.Caller.DefaultRole, key.Caller.ExpiresAt, key.Caller.RequestsPerSecond, key.CreatedAt, key.LastUsedAt);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapChange("POST", Path, "CreateApiKey", BrokerAction.ManageKeys, PostAsync);
        routes.MapCall("GET", Path, "ListApiKeys", BrokerAction.ManageKeys, ListAsync);
        routes.MapChange("DELETE", Path + "/{keyId}", "RevokeApiKey", BrokerAction.ManageKeys, DeleteAsync);
    }

    static async Task<IResult> PostAsync(HttpContext context, IGrainFactory grains, TimeProvider clock)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var wanted = await RequestBody.ReadAsync<Wanted>(context.Request);
        Validate(wanted);
        var now = clock.GetUtcNow();
        DateTimeOffset? end = wanted.ExpiresIn is { } seconds ? now.AddSeconds(seconds) : null;
        AccessRules.DemandGrant(call.Caller, wanted.Scopes, wanted.Roles, end);

        var key = Capability.Create(Capability.ApiKey);
        var holder = new Caller(key.Id, call.InTenant, wanted.Scopes, wanted.Roles, wanted.DefaultRole, end, wanted.RequestsPerSecond);
        await grains.ApiKey(key.Id).Create(call.Caller, new(holder, key.SecretHash, now), context.RequestAborted);
        var made = new Made(key.Id, key.Reveal(), wanted.Scopes, wanted.Roles, wanted.DefaultRole, end, wanted.RequestsPerSecond);
        return Results.Json(made, Wire.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> ListAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        var page = await grains.Tenant(call.InTenant).ListKeys(call.Caller, context.Request.ReadPage(), context.RequestAborted);
        return Results.Json(new Page<View>([.. page.Items.Select(View.Of)], page.NextPageToken), Wire.Options);
    }

    static async Task<IResult> DeleteAsync(string keyId, HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        if (!Capability.IsId(keyId)) throw new BrokerException(ErrorCode.NotFound, "There is no such key.");
        var key = await grains.ApiKey(keyId).Revoke(call.Caller, call.InTenant, context.RequestAborted);
        var exposure = await grains.Tenant(call.InTenant).GetExposure(call.Caller, settle: false, context.RequestAborted);
        return Results.Json(KillReport.Of("revoked", [.. exposure.Where(e => WasInReach(key.Caller, e.Role))]), Wire.Options);
    }

    /// <summary>Roles share their credentials between keys: whatever a key could ask for, it may hold.</summary>
    static bool WasInReach(Caller key, string role) => Scope.Data.Any(key.Has) && (key.Roles is null || key.Roles.Contains(role));

    static void Validate(Wanted wanted)
    {
        var errors = new FieldErrors();
        errors.Demand(wanted.Scopes.All(Scope.All.Contains), "scopes", $"must be of {string.Join(", ", Scope.All)}");
        errors.Demand(wanted.Scopes.Distinct().Count() == wanted.Scopes.Length, "scopes", "must not name one twice");
        var roles = wanted.Roles ?? [];
        errors.DemandCount(roles.Length, MostRoles, "roles");
        errors.Demand(roles.All(Names.IsValid), "roles", $"must each have {Names.Rule}");
        errors.Demand(roles.Distinct().Count() == roles.Length, "roles", "must not name one twice");
        errors.Demand(wanted.DefaultRole is null || Names.IsValid(wanted.DefaultRole), "defaultRole", $"must have {Names.Rule}");
        errors.Demand(wanted.DefaultRole is null || wanted.Roles is null || roles.Contains(wanted.DefaultRole), "defaultRole", "must be one of roles");
        errors.DemandRange(wanted.ExpiresIn ?? ShortestLife, ShortestLife, LongestLife, "expiresIn");
        errors.DemandRange(wanted.RequestsPerSecond ?? 1, 1, 1_000_000, "requestsPerSecond");
        errors.ThrowIfAny();
    }
}
