using System.ComponentModel.DataAnnotations;
using Broker.Api.Authentication;
using Broker.Api.Calls;
using Broker.Api.Hosting;
using Broker.Api.Json;
using Broker.Api.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>What a credential URL shall be.</summary>
sealed record CredentialUrlRequest
{
    /// <summary>Its life is at least and at most so long, in seconds, and it has at most so many networks.</summary>
    public const int ShortestLife = 60, LongestLife = 31_536_000, MostNetworks = 20;

    /// <summary>Its life in seconds, 60 to 31,536,000 (a year); default 2,592,000 (30 days).</summary>
    [Range(ShortestLife, LongestLife)] public int ExpiresIn { get; init; } = 2_592_000;

    /// <summary>CIDR blocks from which it answers; none: from everywhere.</summary>
    [MaxLength(MostNetworks)] public string[] AllowedNetworks { get; init; } = [];
}

/// <summary>A new credential URL, the one time that it is shown.</summary>
/// <param name="Id">Its id, by which it is listed and revoked.</param>
/// <param name="Url">The URL itself, a secret.</param>
/// <param name="ExpiresAt">When it ends.</param>
sealed record CreatedCredentialUrl(string Id, string Url, DateTimeOffset ExpiresAt)
{
    public override string ToString() => Id;
}

/// <summary>A credential URL as it is listed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="AllowedNetworks">CIDR blocks from which it answers; none: from everywhere.</param>
/// <param name="MadeBy">The id of the caller that made it; where that is a key, the URL dies with it.</param>
sealed record CredentialUrl(string Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string[] AllowedNetworks, string MadeBy)
{
    public static CredentialUrl Of(NamedCredentialUrl url) => new(url.Id, url.Url.CreatedAt, url.Url.ExpiresAt, url.Url.AllowedNetworks, url.Url.MadeBy);
}

/// <summary>URLs that answer credentials without an Authorization header, for SDKs that can send none.</summary>
static class CredentialUrls
{
    /// <summary>The route whose path is a secret.</summary>
    public const string Path = "/v1/credential-urls/";

    const string OfRole = Roles.One + "/credential-urls";

    public static void Map(IEndpointRouteBuilder app)
    {
        var routes = app.Topic(Topics.CredentialUrls);
        routes.MapChange("POST", OfRole, "CreateCredentialUrl", BrokerAction.ManageCredentialUrls, PostAsync)
            .WithSummary("Makes a credential URL, which is shown this once.").Takes<CredentialUrlRequest>().Answers<CreatedCredentialUrl>(201).Refuses(409);
        routes.MapCall("GET", OfRole, "ListCredentialUrls", BrokerAction.ManageCredentialUrls, ListAsync)
            .WithSummary("Lists a role's credential URLs, by id.").Lists<CredentialUrl>();
        routes.MapChange("DELETE", OfRole + "/{id}", "RevokeCredentialUrl", BrokerAction.ManageCredentialUrls, DeleteAsync)
            .WithSummary("Ends a credential URL.").Answers<KillReport>();
        routes.MapCall<CredentialVending>("GET", Path + "{capability}", "GetCredentialsByUrl", BrokerAction.GetCredentials, GetAsync, CallTarget.CredentialUrl)
            .WithSummary("Gets STS credentials without a header: the URL is the credential.").Answers<CredentialDocument>();
    }

    static async Task<IResult> PostAsync(HttpContext context, IGrainFactory grains, PublicAddress address, TimeProvider clock)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        var wanted = RequestBody.Read<CredentialUrlRequest>(context);
        Validate(wanted);
        var capability = Capability.Create(Capability.CredentialUrl);
        var now = clock.GetUtcNow();
        var record = new CredentialUrlRecord(call.Role, capability.SecretHash, now.AddSeconds(wanted.ExpiresIn), wanted.AllowedNetworks, call.Caller.Id, now);
        await grains.CredentialUrl(capability.Id).Create(call.Caller, record, call.Cancellation);
        var made = new CreatedCredentialUrl(capability.Id, new Uri(address.Url, Path + capability.Reveal()).ToString(), record.ExpiresAt);
        return Results.Json(made, Wire.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> ListAsync(HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        var page = await grains.Tenant(call.InTenant).ListUrls(call.Caller, call.Role.Role, context.Request.ReadPage(), call.Cancellation);
        return Results.Json(page.Select(CredentialUrl.Of), Wire.Options);
    }

    static async Task<IResult> DeleteAsync(string id, HttpContext context, IGrainFactory grains)
    {
        var call = context.Call();
        context.Request.DemandQuery();
        if (!Capability.IsId(id)) throw new BrokerException(ErrorCode.NotFound, "The role has no such credential URL.");
        var url = grains.CredentialUrl(id);
        await url.Revoke(call.Caller, call.Role, call.Cancellation);
        await url.Settle(call.Cancellation);
        var exposure = await grains.Role(call.Role).GetExposure(call.Caller, call.Cancellation);
        return Results.Json(KillReport.Of("revoked", exposure), Wire.Options);
    }

    static async ValueTask<IResult> GetAsync(HttpContext context, CredentialVending vending)
    {
        context.Request.DemandQuery();
        try { return new WholeJson((await vending.VendAsync(context, TimeSpan.Zero)).Document); }
        // Whatever the URL's role lacks, a stranger learns only that the URL answers nothing.
        catch (BrokerException e) when (e.Code is ErrorCode.NotFound or ErrorCode.Forbidden or ErrorCode.RoleDisabled or ErrorCode.TenantSuspended) { throw Authenticator.NoSuchUrl(); }
    }

    static void Validate(CredentialUrlRequest wanted)
    {
        var errors = new FieldErrors();
        errors.DemandRange(wanted.ExpiresIn, CredentialUrlRequest.ShortestLife, CredentialUrlRequest.LongestLife, "expiresIn");
        errors.DemandCount(wanted.AllowedNetworks.Length, CredentialUrlRequest.MostNetworks, "allowedNetworks");
        for (var i = 0; i < wanted.AllowedNetworks.Length; i++)
            errors.Demand(Networks.IsValid(wanted.AllowedNetworks[i]), $"allowedNetworks[{i}]", Networks.Rule);
        errors.ThrowIfAny();
    }
}
