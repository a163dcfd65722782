using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Broker.Api.Authentication;
using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>What an API key shall be.</summary>
sealed record ApiKeyRequest
{
    /// <summary>Its life is at least and at most so long, in seconds.</summary>
    public const int ShortestLife = 60, LongestLife = 315_360_000;

    /// <summary>It is bound to at most so many roles, and asks at most so often.</summary>
    public const int MostRoles = 1000, MostPerSecond = 1_000_000;

    /// <summary>Scopes; none by default.</summary>
    public string[] Scopes { get; init; } = [];

    /// <summary>The roles that it is bound to; null: all of the tenant, later ones too.</summary>
    [MaxLength(MostRoles)] public string[]? Roles { get; init; }

    /// <summary>The role that is meant where a request names none.</summary>
    public string? DefaultRole { get; init; }

    /// <summary>Its life in seconds, 60 to 315,360,000; null: without end.</summary>
    [Range(ShortestLife, LongestLife)] public int? ExpiresIn { get; init; }

    /// <summary>Requests per second in each API process, 1 to 1,000,000; null: no limit of its own.</summary>
    [Range(1, MostPerSecond)] public int? RequestsPerSecond { get; init; }
}

/// <summary>A new API key, the one time that its secret is shown.</summary>
/// <param name="KeyId">Its id, by which it is listed and revoked.</param>
/// <param name="Key">The key itself, a secret.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Roles">The roles that it is bound to; null: all of the tenant, later ones too.</param>
/// <param name="DefaultRole">The role that is meant where a request names none; null: none.</param>
/// <param name="ExpiresAt">When it ends; null: never.</param>
/// <param name="RequestsPerSecond">How often it may ask each API process; null: no limit of its own.</param>
sealed record CreatedApiKey(
    string KeyId, [property: JsonPropertyName("apiKey")] string Key, string[] Scopes, string[]? Roles, string? DefaultRole, DateTimeOffset? ExpiresAt, int? RequestsPerSecond)
{
    public override string ToString() => KeyId;
}

/// <summary>An API key as it is listed.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Roles">The roles that it is bound to; null: all of the tenant, later ones too.</param>
/// <param name="DefaultRole">The role that is meant where a request names none; null: none.</param>
/// <param name="ExpiresAt">When it ends; null: never.</param>
/// <param name="RequestsPerSecond">How often it may ask each API process; null: no limit of its own.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastUsedAt">When it was last used, to five minutes; null: never.</param>
sealed record ApiKey(
    string KeyId, string[] Scopes, string[]? Roles, string? DefaultRole, DateTimeOffset? ExpiresAt, int? RequestsPerSecond, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    public static ApiKey Of(ApiKeyRecord key) => new(
        key.Caller.Id, key.Caller.Scopes, key.Caller.Roles, key.Caller.DefaultRole, key.Caller.ExpiresAt, key.Caller.RequestsPerSecond, key.CreatedAt, key.LastUsedAt);
}

/// <summary><c>/v1/tenants/{tenant}/api-keys</c>. A key is rotated by making the next one, then revoking this one.</summary>
static class ApiKeys
{
    const string Path = "/v1/tenants/{tenant}/api-keys";

    public static void Map(IEndpointRouteBuilder app)
    {
        var routes = app.Topic(Topics.ApiKeys);
        routes.MapChange("POST", Path, "CreateApiKey", BrokerAction.ManageKeys, PostAsync)
            .WithSummary("Makes a key, whose secret is shown this once.").Takes<ApiKeyRequest>().Answers<CreatedApiKey>(201).Refuses(409);
        routes.MapCall("GET", Path, "ListApiKeys", BrokerAction.ManageKeys, ListAsync)
            .WithSummary("Lists the tenant's keys, by id.").Lists<ApiKey>();
        routes.MapChange("DELETE", Path + "/{keyId}", "RevokeApiKey", BrokerAction.ManageKeys, DeleteAsync)
            .WithSummary("Ends a key and the credential URLs that it made.").Answers<KillReport>();
    }

    static async Task<IResult> PostAsync(HttpContext context, IGrainFactory grains, TimeProvider clock)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var wanted = RequestBody.Read<ApiKeyRequest>(context);
        Validate(wanted);
        var now = clock.GetUtcNow();
        DateTimeOffset? end = wanted.ExpiresIn is { } seconds ? now.AddSeconds(seconds) : null;
        AccessRules.DemandGrant(call.Caller, wanted.Scopes, wanted.Roles, end);

        var key = Capability.Create(Capability.ApiKey);
        var holder = new Caller(key.Id, call.InTenant, wanted.Scopes, wanted.Roles, wanted.DefaultRole, end, wanted.RequestsPerSecond);
        await grains.ApiKey(key.Id).Create(call.Caller, new(holder, key.SecretHash, now), call.Cancellation);
        var made = new CreatedApiKey(key.Id, key.Reveal(), wanted.Scopes, wanted.Roles, wanted.DefaultRole, end, wanted.RequestsPerSecond);
        return Results.Json(made, Wire.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> ListAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        var page = await grains.Tenant(call.InTenant).ListKeys(call.Caller, context.Request.ReadPage(), call.Cancellation);
        return Results.Json(page.Select(ApiKey.Of), Wire.Options);
    }

    static async Task<IResult> DeleteAsync(string keyId, HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        if (!Capability.IsId(keyId)) throw new BrokerException(ErrorCode.NotFound, "There is no such key.");
        var grain = grains.ApiKey(keyId);
        var key = await grain.Revoke(call.Caller, call.InTenant, call.Cancellation);
        await grain.Settle(call.Cancellation);
        var exposure = await grains.Tenant(call.InTenant).GetExposure(call.Caller, call.Cancellation);
        return Results.Json(KillReport.Of("revoked", [.. exposure.Where(e => WasInReach(key.Caller, e.Role))]), Wire.Options);
    }

    /// <summary>Roles share their credentials between keys: whatever a key could ask for, it may hold.</summary>
    static bool WasInReach(Caller key, string role) => Scope.Data.Any(key.Has) && (key.Roles is null || key.Roles.Contains(role));

    static void Validate(ApiKeyRequest wanted)
    {
        var errors = new FieldErrors();
        errors.Demand(wanted.Scopes.All(Scope.All.Contains), "scopes", $"must be of {string.Join(", ", Scope.All)}");
        errors.Demand(wanted.Scopes.Distinct().Count() == wanted.Scopes.Length, "scopes", "must not name one twice");
        var roles = wanted.Roles ?? [];
        errors.DemandCount(roles.Length, ApiKeyRequest.MostRoles, "roles");
        errors.Demand(roles.All(Names.IsValid), "roles", $"must each have {Names.Rule}");
        errors.Demand(roles.Distinct().Count() == roles.Length, "roles", "must not name one twice");
        errors.Demand(wanted.DefaultRole is null || Names.IsValid(wanted.DefaultRole), "defaultRole", $"must have {Names.Rule}");
        errors.Demand(wanted.DefaultRole is null || wanted.Roles is null || roles.Contains(wanted.DefaultRole), "defaultRole", "must be one of roles");
        errors.DemandRange(wanted.ExpiresIn ?? ApiKeyRequest.ShortestLife, ApiKeyRequest.ShortestLife, ApiKeyRequest.LongestLife, "expiresIn");
        errors.DemandRange(wanted.RequestsPerSecond ?? 1, 1, ApiKeyRequest.MostPerSecond, "requestsPerSecond");
        errors.ThrowIfAny();
    }
}
