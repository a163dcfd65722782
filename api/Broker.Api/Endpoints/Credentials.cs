using System.Globalization;
using Broker.Api.Calls;
using Broker.Api.OpenApi;
using Microsoft.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary><c>/v1/tenants/{tenant}/roles/{role}/credentials</c></summary>
static class Credentials
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Topic(Topics.DataPlane).MapCall<CredentialVending>("GET", Roles.One + "/credentials", "GetCredentials", BrokerAction.GetCredentials, GetAsync)
            .WithSummary("Gets STS credentials of a role; the same ones, while they live long enough.").Answers<OneOf<CredentialDocument, CliCredentialDocument>>()
            .Asks("minRemaining", "The life in seconds that they must have left; at most half of the role's `durationSeconds`.", new() { Type = JsonSchemaType.Integer, Minimum = "0" })
            .Asks("prefix", "Narrows them to a prefix below the role's, which ends in `/`.", new() { Type = JsonSchemaType.String })
            .Asks("access", "Narrows them to a part of the role's access, separated by commas.", AccessList())
            .Asks("format", "`cli`: as the aliyun CLI expects them of an external process.", new() { Type = JsonSchemaType.String, Enum = ["cli"] });

    static OpenApiSchema AccessList() => new()
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. RoleAccess.All] },
        MinItems = 1,
        UniqueItems = true,
    };

    static async ValueTask<IResult> GetAsync(HttpContext context, CredentialVending vending)
    {
        var query = context.Request.Query;
        context.Request.DemandQuery("minRemaining", "format", "prefix", "access");
        var format = query["format"].ToString();
        if (format is not ("" or "cli")) throw BrokerException.Invalid("format", "must be cli, or left out");
        var vended = await vending.VendAsync(context, MinRemaining(query), Narrowed(context));
        return format == "cli" ? CliCredentialDocument.Answer(vended.Snapshot) : new WholeJson(vended.Document);
    }

    /// <summary>Null: nothing is narrowed, and the role's own session serves.</summary>
    static SessionNarrowing? Narrowed(HttpContext context)
    {
        var query = context.Request.Query;
        var prefix = query["prefix"].ToString();
        var access = query.TryGetValue("access", out var text) ? text.ToString() : null;
        if (prefix.Length == 0 && access is null) return null;
        var call = context.Call();
        (call.Prefix, call.Access) = (prefix, access);
        return new(prefix, access?.Split(','));
    }

    static TimeSpan MinRemaining(IQueryCollection query)
    {
        if (!query.TryGetValue("minRemaining", out var text)) return TimeSpan.Zero;
        if (text.ToString() is { Length: > 9 } digits && digits.All(char.IsAsciiDigit)) return TimeSpan.MaxValue;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw BrokerException.Invalid("minRemaining", "must be a whole number of seconds, 0 or more");
    }
}
