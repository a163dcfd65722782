using System.Globalization;
using System.Text;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;

namespace Broker.Tests.Emulator;

/// <summary>Forms that a session's holder signs itself, by the emulator's own reading of V4.</summary>
static class FormSignature
{
    /// <summary>The fields of a form whose policy has these conditions, as JSON, besides those that V4 demands.</summary>
    public static Dictionary<string, string> Form(this Session session, string conditions, DateTimeOffset now, DateTimeOffset end)
    {
        var scope = new OssV4Authorization(session.AccessKeyId, now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture), HeaderSignature.Region, "oss", [], "");
        var fields = new Dictionary<string, string>
        {
            ["x-oss-signature-version"] = "OSS4-HMAC-SHA256",
            ["x-oss-credential"] = $"{scope.AccessKeyId}/{scope.Day}/{scope.Region}/oss/aliyun_v4_request",
            ["x-oss-date"] = now.UtcDateTime.ToString("yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture),
            ["x-oss-security-token"] = session.SecurityToken,
        };
        var needed = string.Join(',', fields.Select(f => $$"""{"{{f.Key}}":"{{f.Value}}"}"""));
        var policy = $$"""{"expiration":"{{end.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}}","conditions":[{{needed}}{{(conditions.Length == 0 ? "" : ",")}}{{conditions}}]}""";
        return session.WithPolicy(fields, policy, scope);
    }

    /// <summary>The fields with this policy in place of theirs, signed.</summary>
    public static Dictionary<string, string> WithPolicy(this Session session, Dictionary<string, string> fields, string policy, OssV4Authorization scope)
    {
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(policy));
        return new(fields) { ["policy"] = base64, ["x-oss-signature"] = OssV4Signature.Compute(base64, session.AccessKeySecret, scope) };
    }
}
