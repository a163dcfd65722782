using Microsoft.IdentityModel.Tokens;

namespace Broker.Api.Authentication.Oidc;

/// <summary>
/// An issuer's public keys, those of them that sign by RS256 or ES256. A key set may hold others, symmetric ones too; none of
/// those is ever tried. Source: RFC 7517 and RFC 7518.
/// </summary>
sealed class SigningKeys
{
    readonly JsonWebKey[] _keys;

    SigningKeys(JsonWebKey[] keys) => _keys = keys;

    /// <summary>The algorithms that are accepted.</summary>
    public static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];

    public static SigningKeys Parse(string keySet) => new([.. new JsonWebKeySet(keySet).Keys.Where(key => Algorithm(key) is not null)]);

    /// <summary>The key that the token means; null when there is none. A token that names no key means the only one.</summary>
    public JsonWebKey? Find(string? id, string algorithm)
    {
        var key = string.IsNullOrEmpty(id) ? (_keys.Length == 1 ? _keys[0] : null) : _keys.FirstOrDefault(k => k.Kid == id);
        return key is not null && Algorithm(key) == algorithm ? key : null;
    }

    static string? Algorithm(JsonWebKey key)
    {
        if (!string.IsNullOrEmpty(key.Use) && key.Use != "sig") return null;
        var algorithm = key switch
        {
            { Kty: "RSA", KeySize: >= 2048 and <= 8192 } => SecurityAlgorithms.RsaSha256,
            { Kty: "EC", Crv: "P-256" } => SecurityAlgorithms.EcdsaSha256,
            _ => null,
        };
        return string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm ? algorithm : null;
    }
}
