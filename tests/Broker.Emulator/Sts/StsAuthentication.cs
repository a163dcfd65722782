using System.Globalization;
using System.Security.Cryptography;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;

namespace Broker.Emulator.Sts;

/// <summary>A call with its signature verified.</summary>
/// <param name="Action">Which operation.</param>
/// <param name="Caller">Who signed; null: nobody, as AssumeRoleWithOIDC is called.</param>
/// <param name="Parameters">The operation's own parameters.</param>
sealed record StsCall(string Action, StsCaller? Caller, Dictionary<string, string> Parameters);

/// <summary>Verifies both signature styles, and what every call must say: version, time and nonce.</summary>
static class StsAuthentication
{
    const string Anonymous = "AssumeRoleWithOIDC";
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    // With milliseconds as ali-oss sends it, which the real STS accepts.
    static readonly string[] TimeFormats = ["yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.fffZ"];

    static readonly HashSet<string> RpcParameters =
        ["Action", "Version", "Format", "AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp", "SecurityToken", "Signature", "RegionId", "SignatureType"];

    public static StsCall Verify(World world, Incoming incoming)
    {
        if (incoming.Request.Path != "/") throw new StsError(404, "InvalidAction.NotFound", "The path must be /.");
        var form = Form(incoming);
        var all = incoming.Request.Query.Concat(form).ToList();
        if (all.GroupBy(p => p.Key).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new StsError(400, $"InvalidParameter.{twice.Key}", "A parameter is given twice.");
        var authorization = incoming.Request.Header("authorization");
        return authorization is null ? VerifyRpc(world, incoming, all.ToDictionary()) : VerifyAcs3(world, incoming, all.ToDictionary(), authorization);
    }

    public static Dictionary<string, string> FormMap(Incoming incoming) => Form(incoming).DistinctBy(p => p.Key).ToDictionary();

    static List<KeyValuePair<string, string>> Form(Incoming incoming)
    {
        if (incoming.Body.Length == 0) return [];
        var type = incoming.Request.Header("content-type") ?? "";
        if (!type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            throw new StsError(400, "InvalidParameter.ContentType", "ContentType request header must be application/json or application/x-www-form-urlencoded.");
        return Escape.UndoPairs(System.Text.Encoding.UTF8.GetString(incoming.Body)) ?? throw new StsError(400, "InvalidParameter", "The form is malformed.");
    }

    static StsCall VerifyRpc(World world, Incoming incoming, Dictionary<string, string> parameters)
    {
        var action = Need(parameters, "Action");
        var own = parameters.Where(p => !RpcParameters.Contains(p.Key)).ToDictionary();
        DemandVersion(parameters.GetValueOrDefault("Version"));
        if (action == Anonymous && !parameters.ContainsKey("Signature")) return new(action, null, own);
        var id = Need(parameters, "AccessKeyId");
        var signature = Need(parameters, "Signature");
        if (Need(parameters, "SignatureMethod") != "HMAC-SHA1" || Need(parameters, "SignatureVersion") != "1.0") throw Incomplete("SignatureMethod must be HMAC-SHA1 and SignatureVersion 1.0.");
        DemandTime(world, Need(parameters, "Timestamp"));
        var nonce = Need(parameters, "SignatureNonce");
        var caller = StsCaller.Find(world, id, parameters.GetValueOrDefault("SecurityToken"));
        DemandEqual(RpcSignature.Compute(RpcSignature.StringToSign(incoming.Request.Method, parameters), caller.Secret), signature);
        DemandNonce(world, nonce);
        return new(action, caller, own);
    }

    static StsCall VerifyAcs3(World world, Incoming incoming, Dictionary<string, string> parameters, string header)
    {
        var authorization = Acs3Authorization.Parse(header) ?? throw Incomplete("The Authorization header is not ACS3-HMAC-SHA256.");
        if (Acs3Signature.MissingHeader(incoming.Request, authorization) is { } missing) throw Incomplete($"The header {missing} must be sent and signed.");
        var request = incoming.Request;
        var hash = Convert.ToHexStringLower(SHA256.HashData(incoming.Body));
        if (request.Header("x-acs-content-sha256") != hash) throw Mismatch("x-acs-content-sha256 is not the body's.");
        DemandVersion(request.Header("x-acs-version"));
        DemandTime(world, request.Header("x-acs-date")!);
        var caller = StsCaller.Find(world, authorization.AccessKeyId, request.Header("x-acs-security-token"));
        DemandEqual(Acs3Signature.Compute(Acs3Signature.CanonicalRequest(request, authorization.SignedHeaders, hash), caller.Secret), authorization.Signature);
        DemandNonce(world, request.Header("x-acs-signature-nonce")!);
        return new(request.Header("x-acs-action")!, caller, parameters);
    }

    static string Need(Dictionary<string, string> parameters, string name) =>
        parameters.TryGetValue(name, out var value) && value.Length > 0 ? value : throw new StsError(400, $"Missing{name}", $"{name} is mandatory for this action.");

    static void DemandVersion(string? version)
    {
        if (version != "2015-04-01") throw new StsError(400, "InvalidVersion", "Specified parameter Version is not valid.");
    }

    static void DemandTime(World world, string text)
    {
        var read = DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        if (!read) throw new StsError(400, "InvalidTimeStamp.Format", "Specified time stamp is not well formatted.");
        if ((time - world.Now).Duration() > Skew) throw new StsError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
    }

    static void DemandNonce(World world, string nonce)
    {
        if (!world.TakeNonce(nonce)) throw new StsError(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
    }

    static void DemandEqual(string expected, string given)
    {
        if (expected != given) throw Mismatch("Specified signature is not matched with our calculation.");
    }

    static StsError Mismatch(string message) => new(400, "SignatureDoesNotMatch", message);

    static StsError Incomplete(string message) => new(400, "IncompleteSignature", message);
}
