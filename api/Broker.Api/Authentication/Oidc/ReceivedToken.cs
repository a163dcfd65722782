using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Broker.Api.Authentication.Oidc;

/// <summary>
/// A JWT as it came, of a form that is accepted; whether its issuer has signed it is not known yet. Its ToString shows nothing.
/// Source: RFC 7519, and for the subject OpenID Connect Core 1.0, section 2.
/// </summary>
sealed class ReceivedToken
{
    const int Longest = 16 * 1024, LongestSubject = 255;

    static readonly string[] Types = ["", "JWT", "at+jwt", "application/at+jwt"];
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    readonly JsonElement _claims;

    ReceivedToken(JsonWebToken jwt, JsonElement claims) => (Jwt, _claims) = (jwt, claims);

    /// <summary>The same for the library.</summary>
    public JsonWebToken Jwt { get; }

    public string Issuer => Text("iss");

    public string Subject => Text("sub");

    /// <summary>Whether the credential is to be read as a token at all.</summary>
    public static bool IsToken(string credential) => credential.Count(c => c == '.') == 2 && !credential.StartsWith("bk_", StringComparison.Ordinal);

    /// <summary>Reads it; null when its form is not accepted.</summary>
    public static ReceivedToken? TryRead(string text)
    {
        if (text.Length > Longest) return null;
        try
        {
            var jwt = new JsonWebToken(text);
            var token = new ReceivedToken(jwt, JsonElement.Parse(Base64Url.DecodeFromChars(jwt.EncodedPayload), Strict));
            return IsPlain(jwt) && token.HasSubject() ? token : null;
        }
        // What the library throws for which defect is not documented.
        catch (Exception) { return null; }
    }

    /// <summary>Whether the claim is this text, or an array with this text among its elements.</summary>
    public bool Has(string claim, string value) =>
        _claims.TryGetProperty(claim, out var present) && (IsText(present, value) || (present.ValueKind == JsonValueKind.Array && present.EnumerateArray().Any(e => IsText(e, value))));

    /// <summary>Signed, not encrypted, no token within a token, and with no header that must be understood.</summary>
    static bool IsPlain(JsonWebToken jwt) =>
        SigningKeys.Algorithms.Contains(jwt.Alg) && Types.Contains(jwt.Typ ?? "", StringComparer.OrdinalIgnoreCase)
        && !((string[])["enc", "cty", "zip", "crit"]).Any(name => jwt.TryGetHeaderValue<object>(name, out _));

    bool HasSubject() => Subject.Length is > 0 and <= LongestSubject && Subject.All(c => c is >= ' ' and <= '~');

    string Text(string claim) => _claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    static bool IsText(JsonElement element, string value) => element.ValueKind == JsonValueKind.String && element.ValueEquals(value);
}
