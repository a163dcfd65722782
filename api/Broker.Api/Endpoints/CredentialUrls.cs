using System.Net;
using Broker.Api.Authentication;
using Broker.Api.Hosting;
using Broker.Api.Json;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary>URLs that answer credentials without an Authorization header, for SDKs that can send none.</summary>
static class CredentialUrls
{
    /// <summary>The route whose path is a secret.</summary>
    public const string Path = "/v1/credential-urls/";

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

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/tenants/{tenant}/roles/{role}/credential-urls", PostAsync);
        routes.MapGet(Path + "{capability}", GetAsync);
    }

    static async Task<IResult> PostAsync(string tenant, string role, HttpContext context, Authenticator authenticator, IGrainFactory grains, PublicAddress address, TimeProvider clock)
    {
        var (maker, key) = await authenticator.DemandRoleAsync(context, BrokerAction.ManageCredentialUrls, tenant, role);
        context.Request.DemandQuery();
        var wanted = await RequestBody.ReadAsync<Wanted>(context.Request);
        Validate(wanted);
        var capability = Capability.Create(Capability.CredentialUrl);
        var end = clock.GetUtcNow().AddSeconds(wanted.ExpiresIn);
        var record = new CredentialUrlRecord(key, capability.SecretHash, end, wanted.AllowedNetworks, maker.Id);
        await grains.CredentialUrl(capability.Id).Create(maker, record, context.RequestAborted);
        return Results.Json(new Made(capability.Id, new Uri(address.Url, Path + capability.Reveal()).ToString(), end), Wire.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> GetAsync(string capability, HttpContext context, Authenticator authenticator, IGrainFactory grains, ApiTelemetry telemetry, TimeProvider clock)
    {
        context.Request.DemandQuery();
        var parsed = Capability.TryParse(Capability.CredentialUrl, capability) ?? throw NotFound();
        var url = await grains.CredentialUrl(parsed.Id).Find(context.RequestAborted);
        if (!parsed.Matches(url?.SecretHash) || url is null || clock.GetUtcNow() >= url.ExpiresAt) throw NotFound();
        if (!Reaches(url.AllowedNetworks, context.Connection.RemoteIpAddress)) throw NotFound();
        if (!await authenticator.StandsAsync(url.MadeBy, context.RequestAborted)) throw NotFound();

        var caller = new Caller($"cu:{parsed.Id}", url.Role.Tenant, [Scope.ReadCredentials], [url.Role.Role]);
        try { return CredentialDocument.Of(await Credentials.VendAsync(grains, telemetry, url.Role, caller, TimeSpan.Zero, context.RequestAborted)); }
        // Whatever the URL's role lacks, a stranger learns only that the URL answers nothing.
        catch (BrokerException e) when (e.Code is ErrorCode.NotFound or ErrorCode.Forbidden or ErrorCode.RoleDisabled or ErrorCode.TenantSuspended) { throw NotFound(); }
    }

    static bool Reaches(string[] networks, IPAddress? address)
    {
        if (networks.Length == 0) return true;
        if (address is null) return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => IPNetwork.Parse(network).Contains(plain));
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

    static BrokerException NotFound() => new(ErrorCode.NotFound, "There is no such credential URL.");
}
