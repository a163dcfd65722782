using Broker.Api.Authentication;
using Broker.Api.Calls;
using Broker.Api.Hosting;
using Broker.Api.Json;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary>URLs that answer credentials without an Authorization header, for SDKs that can send none.</summary>
static class CredentialUrls
{
    /// <summary>The route whose path is a secret.</summary>
    public const string Path = "/v1/credential-urls/";

    const string OfRole = Roles.One + "/credential-urls";
    const int ShortestLife = 60, LongestLife = 31_536_000, MostNetworks = 20;

    /// <summary>What a URL shall be.</summary>
    sealed record Wanted
    {
        /// <summary>Its life in seconds, 60 to 31,536,000 (a year); default 2,592,000 (30 days).</summary>
        public int ExpiresIn { get; init; } = 2_592_000;

        /// <summary>CIDR blocks from which it answers; none: from everywhere.</summary>
        public string[] AllowedNetworks { get; init; } = [];
    }

    /// <summary>A new URL, the one time that it is shown.</summary>
    sealed record Made(string Id, string Url, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => Id;
    }

    /// <summary>A URL as it is listed.</summary>
    sealed record View(string Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string[] AllowedNetworks, string MadeBy)
    {
        public static View Of(NamedCredentialUrl url) => new(url.Id, url.Url.CreatedAt, url.Url.ExpiresAt, url.Url.AllowedNetworks, url.Url.MadeBy);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapChange("POST", OfRole, "CreateCredentialUrl", BrokerAction.ManageCredentialUrls, PostAsync);
        routes.MapCall("GET", OfRole, "ListCredentialUrls", BrokerAction.ManageCredentialUrls, ListAsync);
        routes.MapChange("DELETE", OfRole + "/{id}", "RevokeCredentialUrl", BrokerAction.ManageCredentialUrls, DeleteAsync);
        routes.MapCall("GET", Path + "{capability}", "GetCredentialsByUrl", BrokerAction.GetCredentials, GetAsync, CallTarget.CredentialUrl);
    }

    static async Task<IResult> PostAsync(HttpContext context, IGrainFactory grains, PublicAddress address, TimeProvider clock)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var wanted = await RequestBody.ReadAsync<Wanted>(context.Request);
        Validate(wanted);
        var capability = Capability.Create(Capability.CredentialUrl);
        var now = clock.GetUtcNow();
        var record = new CredentialUrlRecord(call.Role, capability.SecretHash, now.AddSeconds(wanted.ExpiresIn), wanted.AllowedNetworks, call.Caller.Id, now);
        await grains.CredentialUrl(capability.Id).Create(call.Caller, record, context.RequestAborted);
        var made = new Made(capability.Id, new Uri(address.Url, Path + capability.Reveal()).ToString(), record.ExpiresAt);
        return Results.Json(made, Wire.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> ListAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        var page = await grains.Tenant(call.InTenant).ListUrls(call.Caller, call.Role.Role, context.Request.ReadPage(), context.RequestAborted);
        return Results.Json(new Page<View>([.. page.Items.Select(View.Of)], page.NextPageToken), Wire.Options);
    }

    static async Task<IResult> DeleteAsync(string id, HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        if (!Capability.IsId(id)) throw new BrokerException(ErrorCode.NotFound, "The role has no such credential URL.");
        await grains.CredentialUrl(id).Revoke(call.Caller, call.Role, context.RequestAborted);
        var exposure = await grains.Role(call.Role).GetExposure(call.Caller, settle: false, context.RequestAborted);
        return Results.Json(KillReport.Of("revoked", exposure), Wire.Options);
    }

    static async Task<IResult> GetAsync(HttpContext context, IGrainFactory grains, ApiTelemetry telemetry)
    {
        context.Request.DemandQuery();
        try { return CredentialDocument.Of(await Credentials.VendAsync(context, grains, telemetry, TimeSpan.Zero)); }
        // Whatever the URL's role lacks, a stranger learns only that the URL answers nothing.
        catch (BrokerException e) when (e.Code is ErrorCode.NotFound or ErrorCode.Forbidden or ErrorCode.RoleDisabled or ErrorCode.TenantSuspended) { throw Authenticator.NoSuchUrl(); }
    }

    static void Validate(Wanted wanted)
    {
        var errors = new FieldErrors();
        errors.DemandRange(wanted.ExpiresIn, ShortestLife, LongestLife, "expiresIn");
        errors.DemandCount(wanted.AllowedNetworks.Length, MostNetworks, "allowedNetworks");
        for (var i = 0; i < wanted.AllowedNetworks.Length; i++)
            errors.Demand(RoleRules.IsNetwork(wanted.AllowedNetworks[i]), $"allowedNetworks[{i}]", "must be a CIDR block such as 203.0.113.0/24");
        errors.ThrowIfAny();
    }
}
