using System.Security.Cryptography;
using System.Text;

namespace Broker.Emulator.Signatures;

/// <summary>The signature of RPC-style calls, HMAC-SHA1, version 1.0.</summary>
public static class RpcSignature
{
    /// <summary>Over the method and every parameter but the signature itself, of query and form alike.</summary>
    public static string StringToSign(string method, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var lines = parameters.Where(p => p.Key != "Signature")
            .OrderBy(p => p.Key, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal)
            .Select(p => $"{Escape.Of(p.Key)}={Escape.Of(p.Value)}");
        return $"{method}&%2F&{Escape.Of(string.Join('&', lines))}";
    }

    /// <summary>The signature, base64.</summary>
    public static string Compute(string stringToSign, string secret) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret + "&"), Encoding.UTF8.GetBytes(stringToSign)));
}
