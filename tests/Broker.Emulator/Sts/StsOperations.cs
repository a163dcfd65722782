using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Broker.Emulator.State;

namespace Broker.Emulator.Sts;

/// <summary>What STS does, once it knows who calls.</summary>
static class StsOperations
{
    public static object Run(World world, StsCall call, string requestId) => call.Action switch
    {
        "AssumeRole" => AssumeRole(world, call, requestId),
        "AssumeRoleWithOIDC" => AssumeRoleWithOidc(world, call, requestId),
        "GetCallerIdentity" => CallerIdentity(call, requestId),
        _ => throw new StsError(404, "InvalidAction.NotFound", $"Specified api is not found: {call.Action}."),
    };

    static object AssumeRole(World world, StsCall call, string requestId)
    {
        var asked = Sts.AssumeRole.Read(call.Parameters, "ExternalId", "SourceIdentity");
        if (!world.AssumeRoleRate.TryCall(world.Now)) throw new StsError(400, "Throttling.User", "Request was denied due to user flow control.") { RetryAfterMs = 1000 };
        var role = Find(world, asked.RoleArn);
        if (role.ExternalId is not null && role.ExternalId != asked.ExternalId)
            throw new StsError(403, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM.");
        return Grant(world, asked, role, requestId);
    }

    /// <summary>The token's signature is its issuer's affair; its form and end are checked.</summary>
    static object AssumeRoleWithOidc(World world, StsCall call, string requestId)
    {
        var asked = Sts.AssumeRole.Read(call.Parameters, "OIDCProviderArn", "OIDCToken");
        if (!call.Parameters.GetValueOrDefault("OIDCProviderArn", "").StartsWith($"acs:ram::{EmulatorOptions.Account}:oidc-provider/", StringComparison.Ordinal))
            throw new StsError(400, "InvalidParameter.OIDCProviderArn", "The parameter OIDCProviderArn is not valid.");
        var token = call.Parameters.GetValueOrDefault("OIDCToken", "");
        if (token.Length is < 4 or > 20_000 || End(token) is not { } end) throw new StsError(401, "AuthenticationFail.OIDCToken.Invalid", "The OIDC token is not valid.");
        if (end <= world.Now) throw new StsError(401, "AuthenticationFail.OIDCToken.Expired", "The OIDC token is expired.");
        return Grant(world, asked, Find(world, asked.RoleArn), requestId);
    }

    static DateTimeOffset? End(string token)
    {
        if (token.Split('.') is not [_, var payload, { Length: > 0 }]) return null;
        try
        {
            var base64 = payload.Replace('-', '+').Replace('_', '/').PadRight((payload.Length + 3) / 4 * 4, '=');
            using var claims = JsonDocument.Parse(Convert.FromBase64String(base64));
            return DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("exp").GetInt64());
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException) { return null; }
    }

    static Role Find(World world, string arn)
    {
        var role = world.FindRole(arn) ?? throw new StsError(403, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM.");
        return role.Exists ? role : throw new StsError(404, "EntityNotExist.Role", "The specified role does not exist.");
    }

    static object Grant(World world, AssumeRole asked, Role role, string requestId)
    {
        var end = world.Now.AddSeconds(Math.Min(asked.GrantedSeconds(role), world.LongestSessionSeconds));
        // STS names whole seconds.
        end = DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds());
        var session = new Session($"STS.{RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 24)}",
            RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 44),
            "CAIS" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(540)), end, role.Arn, asked.SessionName, asked.Policy);
        world.Sessions.Add(session);
        return new
        {
            RequestId = requestId,
            AssumedRoleUser = new { Arn = $"{role.Arn}/{session.SessionName}", AssumedRoleId = $"300000000000000000:{session.SessionName}" },
            Credentials = new
            {
                session.AccessKeyId, session.AccessKeySecret, session.SecurityToken,
                Expiration = end.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            },
        };
    }

    static object CallerIdentity(StsCall call, string requestId)
    {
        var session = call.Caller!.Session;
        var arn = session is null ? $"acs:ram::{EmulatorOptions.Account}:user/{call.Caller.AccessKeyId}" : $"{session.RoleArn}/{session.SessionName}";
        return new { RequestId = requestId, AccountId = EmulatorOptions.Account, Arn = arn, IdentityType = session is null ? "RAMUser" : "AssumedRoleUser" };
    }
}
