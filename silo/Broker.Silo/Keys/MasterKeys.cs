using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Broker.Grains.Sealing;
using Broker.Silo.Storage;

namespace Broker.Silo.Keys;

/// <summary>
/// The keys that seal credentials at rest. From the configuration, or from a file; never from the database that they protect.
/// </summary>
public sealed class MasterKeyOptions
{
    /// <summary>
    /// Keys by id, each 32 bytes in base64; an id has 1 to 32 letters, digits and
    /// hyphens. All can open what they sealed. Default: none.
    /// </summary>
    public Dictionary<string, string> MasterKeys { get; set; } = [];

    /// <summary>The id of the key that seals. Needed with <see cref="MasterKeys"/>. Null (default): none.</summary>
    public string? ActiveKeyId { get; set; }

    /// <summary>
    /// A JSON file <c>{"activeKeyId":"…","masterKeys":{"…":"…"}}</c>. Not beside <see cref="MasterKeys"/>.
    /// Null (default): none; outside Production then <c>master-keys.json</c> in the data directory, made when it is missing.
    /// </summary>
    public string? MasterKeyFile { get; set; }
}

/// <summary>Reads the master keys, and makes one outside Production.</summary>
static class MasterKeys
{
    /// <summary>The file in the data directory that holds the key that was made.</summary>
    public const string DevelopmentFile = "master-keys.json";

    /// <exception cref="InvalidOperationException">The keys are missing or malformed. The message names the setting and holds no key.</exception>
    public static MasterKeyRing Load(MasterKeyOptions options, string dataDirectory, bool production)
    {
        if (options.MasterKeys.Count > 0)
        {
            if (options.MasterKeyFile is not null) throw new InvalidOperationException("Set either MasterKeys or MasterKeyFile, not both.");
            return Ring(new(options.ActiveKeyId, options.MasterKeys), "MasterKeys");
        }
        if (options.MasterKeyFile is { } file) return Ring(Read(file), $"MasterKeyFile '{file}'");
        if (production)
            throw new InvalidOperationException(
                "There is no master key. Production refuses to start without one: set MasterKeyFile to a JSON file " +
                "{\"activeKeyId\":\"k1\",\"masterKeys\":{\"k1\":\"<32 random bytes in base64>\"}}, or MasterKeys__k1 and ActiveKeyId in the environment.");
        var made = Path.Combine(dataDirectory, DevelopmentFile);
        if (!File.Exists(made)) Make(made);
        return Ring(Read(made), made);
    }

    static MasterKeyRing Ring(KeyFile keys, string where)
    {
        try
        {
            return new(keys.MasterKeys.Select(k => KeyValuePair.Create(k.Key, Bytes(k.Key, k.Value))), keys.ActiveKeyId ?? throw new ArgumentException("ActiveKeyId is missing."));
        }
        catch (ArgumentException e) { throw new InvalidOperationException($"{where}: {e.Message}"); }
    }

    static byte[] Bytes(string id, string base64)
    {
        try { return Convert.FromBase64String(base64); }
        catch (FormatException) { throw new ArgumentException($"The master key '{id}' is not base64."); }
    }

    static KeyFile Read(string file)
    {
        try { return JsonSerializer.Deserialize<KeyFile>(File.ReadAllBytes(file), Json) ?? throw new JsonException(); }
        catch (JsonException) { throw new InvalidOperationException($"MasterKeyFile '{file}' is not of the form {{\"activeKeyId\":\"…\",\"masterKeys\":{{\"…\":\"…\"}}}}."); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InvalidOperationException($"MasterKeyFile '{file}' cannot be read: {e.GetType().Name}."); }
    }

    static void Make(string file)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKeyRing.KeyBytes));
        using var stream = OwnerOnlyFile.Open(file, FileMode.CreateNew);
        JsonSerializer.Serialize(stream, new KeyFile("development", new() { ["development"] = key }), Json);
    }

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    sealed record KeyFile([property: JsonRequired] string? ActiveKeyId, [property: JsonRequired] Dictionary<string, string> MasterKeys)
    {
        public override string ToString() => nameof(KeyFile);
    }
}
