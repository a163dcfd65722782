using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>Several requests, answered in order, all or none.</summary>
sealed record SignUrlBatch
{
    /// <summary>Bodies have at most so many requests.</summary>
    public const int MostRequests = 1000;

    /// <summary>1 to 1,000 requests.</summary>
    [JsonRequired, MinLength(1), MaxLength(MostRequests)] public SignUrl[] Requests { get; init; } = [];
}

/// <summary>The parts of a multipart upload.</summary>
sealed record SignUrlParts
{
    /// <summary>Which upload and parts.</summary>
    [JsonRequired, JsonPropertyName("multipart")] public PartRange Range { get; init; } = new();
}

/// <summary>Consecutive parts of one multipart upload.</summary>
sealed record PartRange
{
    /// <summary>OSS numbers parts from 1 to this.</summary>
    public const int LastPart = 10_000;

    /// <summary>The object's key, relative to the role's full prefix.</summary>
    [JsonRequired] public string Key { get; init; } = "";

    /// <summary>The id that OSS gave the upload.</summary>
    [JsonRequired, MinLength(1)] public string UploadId { get; init; } = "";

    /// <summary>How many parts, 1 to 1,000.</summary>
    [JsonRequired, Range(1, SignUrlBatch.MostRequests)] public int Parts { get; init; }

    /// <summary>The number of the first, 1 to 10,000; default 1.</summary>
    [Range(1, LastPart)] public int FirstPart { get; init; } = 1;
}

/// <summary>Signed URLs.</summary>
/// <param name="Urls">The URLs, in the order of the requests.</param>
sealed record CreatedSignedUrls(SignedUrl[] Urls)
{
    public override string ToString() => $"{Urls.Length} URLs";
}

/// <summary><c>/v1/tenants/{tenant}/roles/{role}/signed-urls</c></summary>
static class SignedUrls
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Topic(Topics.DataPlane).MapCall<RoleSigning>("POST", Roles.One + "/signed-urls", "CreateSignedUrls", BrokerAction.SignUrls, PostAsync)
            .WithSummary("Signs URLs that permit one request each.").Takes<OneOf<SignUrl, SignUrlBatch, SignUrlParts>>().Answers<CreatedSignedUrls>().WithMetadata(new BodyBound(ReceivedBody.MaxBatchBytes));

    /// <summary>Signs for the call's role, counted by method and outcome.</summary>
    public static async Task<SignedUrl[]> SignAsync(HttpContext context, RoleSigning signing, SignUrl[] requests, bool batch)
    {
        var call = context.Call();
        call.Prefix = CommonPrefix(requests);
        call.Access = requests is [var only] ? only.Method : string.Join(',', requests.Select(r => r.Method).Distinct());
        var signed = await signing.AskAsync(
            context, (role, caller, cancelled) => role.SignUrls(caller, requests, batch, cancelled), (telemetry, outcome) => telemetry.UrlsSigned(requests, outcome));
        (call.AccessKeyId, call.Version) = (signed.AccessKeyId, signed.Version);
        return signed.Urls;
    }

    /// <summary>What all the keys begin with: of one, the whole key.</summary>
    static string CommonPrefix(SignUrl[] requests) =>
        requests is [var only] ? only.Key : requests.Select(r => r.Key).Aggregate((a, b) => a[..a.AsSpan().CommonPrefixLength(b)]);

    static async ValueTask<IResult> PostAsync(HttpContext context, RoleSigning signing)
    {
        context.Request.DemandQuery();
        var body = RequestBody.Read(context, Kind);
        var requests = body switch { SignUrlBatch batch => batch.Requests, SignUrlParts multipart => Parts(multipart.Range), var single => [(SignUrl)single] };
        if (requests.Length is 0 or > SignUrlBatch.MostRequests) throw BrokerException.Invalid("requests", $"must have 1 to {SignUrlBatch.MostRequests} items");
        var created = new CreatedSignedUrls(await SignAsync(context, signing, requests, body is SignUrlBatch));
        // Many are sent while they are written.
        return requests.Length == 1 ? WholeJson.Of(created) : Results.Json(created, Wire.Options);
    }

    static Type Kind(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) return typeof(SignUrl);
        return body.TryGetProperty("requests", out _) ? typeof(SignUrlBatch) : body.TryGetProperty("multipart", out _) ? typeof(SignUrlParts) : typeof(SignUrl);
    }

    static SignUrl[] Parts(PartRange range)
    {
        var errors = new FieldErrors();
        errors.DemandRange(range.Parts, 1, SignUrlBatch.MostRequests, "multipart.parts");
        errors.DemandRange(range.FirstPart, 1, PartRange.LastPart, "multipart.firstPart");
        errors.Demand(range.FirstPart + (long)range.Parts - 1 <= PartRange.LastPart, "multipart.parts", $"must not go beyond part {PartRange.LastPart}");
        errors.Demand(range.UploadId.Length > 0, "multipart.uploadId", "must not be empty");
        errors.ThrowIfAny();
        return [.. Enumerable.Range(range.FirstPart, range.Parts).Select(part => new SignUrl
        {
            Method = "PUT",
            Key = range.Key,
            Query = new() { ["partNumber"] = part.ToString(CultureInfo.InvariantCulture), ["uploadId"] = range.UploadId },
        })];
    }
}
