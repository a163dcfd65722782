using System.Text.RegularExpressions;

namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>The secrets that answers hand to their callers, found by their form.</summary>
static partial class VendedSecrets
{
    /// <summary>Operations whose answers hold one.</summary>
    public static readonly string[] Operations =
        ["GetCredentials", "GetCredentialsByUrl", "GuideGetStsToken", "GuideGetPostSignature", "GuideGetPresignedUrl", "CreateSignedUrls", "CreatePostPolicy", "CreateApiKey", "CreateCredentialUrl"];

    public static IEnumerable<string> In(string text) => Form().Matches(text).Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value);

    /// <summary>Capabilities without the id that finds them, signatures, policies of forms, and what STS grants.</summary>
    [GeneratedRegex(""""(?:bk|cu)_[a-z0-9]+_([A-Za-z0-9_-]{43})|x-oss-signature=([0-9a-f]{64})|"(?:x-oss-signature|signature|policy|AccessKeySecret|access_key_secret|SecurityToken|sts_token|securityToken|x-oss-security-token)":"([^"]{20,})"""")]
    private static partial Regex Form();
}
