using Broker.Api.Authentication;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/api-keys</c></summary>
static class ApiKeys
{
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
    }

    /// <summary>A new key, the one time that its secret is shown.</summary>
    sealed record Made(string KeyId, string ApiKey, string[] Scopes, string[]? Roles, string? DefaultRole, DateTimeOffset? ExpiresAt)
    {
        public override string ToString() => KeyId;
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/tenants/{tenant}/api-keys", PostAsync);

    static async Task<IResult> PostAsync(string tenant, HttpContext context, Authenticator authenticator, IGrainFactory grains, TimeProvider clock)
    {
        var maker = await authenticator.DemandTenantAsync(context, BrokerAction.ManageKeys, tenant);
        context.Request.DemandQuery();
        var wanted = await RequestBody.ReadAsync<Wanted>(context.Request);
        Validate(wanted);
        DateTimeOffset? end = wanted.ExpiresIn is { } seconds ? clock.GetUtcNow().AddSeconds(seconds) : null;
        AccessRules.DemandGrant(maker, wanted.Scopes, wanted.Roles, end);

        var key = Capability.Create(Capability.ApiKey);
        var holder = new Caller(key.Id, tenant, wanted.Scopes, wanted.Roles, wanted.DefaultRole, end);
        await grains.Tenant(tenant).EnterKey(key.Id, context.RequestAborted);
        await grains.ApiKey(key.Id).Create(maker, new(holder, key.SecretHash), context.RequestAborted);
        return Results.Json(new Made(key.Id, key.Reveal(), wanted.Scopes, wanted.Roles, wanted.DefaultRole, end), Wire.Options, statusCode: StatusCodes.Status201Created);
    }

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
        errors.ThrowIfAny();
    }
}
