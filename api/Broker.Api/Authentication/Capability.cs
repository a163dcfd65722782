using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Broker.Api.Authentication;

/// <summary>
/// A secret that is itself the permission: an API key <c>bk_{id}_{secret}</c> or a credential URL's <c>cu_{id}_{secret}</c>.
/// The id finds the record, the secret is compared with the record's hash. Prints the id only.
/// </summary>
sealed class Capability
{
    public const string ApiKey = "bk", CredentialUrl = "cu";

    const int IdLength = 16, LongestId = 32, SecretBytes = 32, SecretLength = 43;
    const string IdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";

    static readonly SearchValues<char> OfSecrets = SearchValues.Create($"{IdCharacters}{IdCharacters.ToUpperInvariant()}-_"), OfIds = SearchValues.Create(IdCharacters);

    readonly string _kind, _secret;

    Capability(string kind, string id, string secret) =>
        (_kind, Id, _secret, SecretHash) = (kind, id, secret, SHA256.HashData(Encoding.ASCII.GetBytes(secret)));

    /// <summary>Finds the record; not a secret.</summary>
    public string Id { get; }

    /// <summary>SHA-256 of the secret's text: all of it that is stored.</summary>
    public byte[] SecretHash { get; }

    /// <summary>The whole text, for the one answer that shows it.</summary>
    public string Reveal() => $"{_kind}_{Id}_{_secret}";

    /// <summary>Makes a new one.</summary>
    public static Capability Create(string kind)
    {
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return new(kind, RandomNumberGenerator.GetString(IdCharacters, IdLength), secret);
    }

    /// <summary>Reads one; null when the text is not of its form.</summary>
    public static Capability? TryParse(string kind, string? text)
    {
        // Base64url has underscores itself, so the secret is all that follows the second one.
        if (text?.Split('_', 3) is not [var begin, var id, var secret] || begin != kind) return null;
        var wellFormed = IsId(id) && secret.Length == SecretLength && !secret.AsSpan().ContainsAnyExcept(OfSecrets);
        return wellFormed ? new(kind, id, secret) : null;
    }

    /// <summary>Whether the text has the form of an id.</summary>
    public static bool IsId(string text) => text.Length is >= 1 and <= LongestId && !text.AsSpan().ContainsAnyExcept(OfIds);

    /// <summary>Compares in a time that does not depend on where the two differ; a missing record costs the same.</summary>
    public bool Matches(byte[]? storedHash) =>
        CryptographicOperations.FixedTimeEquals(SecretHash, storedHash is { Length: SHA256.HashSizeInBytes } ? storedHash : new byte[SHA256.HashSizeInBytes]);

    public override string ToString() => $"{_kind}_{Id}";
}
