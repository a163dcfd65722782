using System.Security.Cryptography;
using System.Text;

namespace Broker.Grains.Sealing;

/// <summary>
/// Seals what must not be readable in the database: AES-256-GCM under a key of its own for each row, derived from a master
/// key. An envelope is bound to its row (grain key and state name) and service, so one that is moved to another does not open.
/// Layout: format, length of the key id, key id, nonce, tag, ciphertext.
/// </summary>
public sealed class CredentialSealer(MasterKeyRing keys, string serviceId)
{
    const byte Format = 1;
    const int NonceBytes = 12, TagBytes = 16;

    /// <summary>Seals the content for one row.</summary>
    public byte[] Seal(string grainKey, string stateName, ReadOnlySpan<byte> content)
    {
        var header = Header(keys.ActiveKeyId);
        var envelope = new byte[header.Length + NonceBytes + TagBytes + content.Length];
        header.CopyTo(envelope, 0);
        var nonce = envelope.AsSpan(header.Length, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = Cipher(keys.Find(keys.ActiveKeyId)!, grainKey, stateName);
        cipher.Encrypt(nonce, content, envelope.AsSpan(header.Length + NonceBytes + TagBytes),
            envelope.AsSpan(header.Length + NonceBytes, TagBytes), AssociatedData(header, grainKey, stateName));
        return envelope;
    }

    /// <summary>The content; null when the envelope does not open: another row's, another service's, damaged, or its master key is gone.</summary>
    public byte[]? TryOpen(string grainKey, string stateName, ReadOnlySpan<byte> envelope)
    {
        if (envelope.Length < 2 || envelope[0] != Format) return null;
        var headerLength = 2 + envelope[1];
        if (envelope.Length < headerLength + NonceBytes + TagBytes) return null;
        var header = envelope[..headerLength];
        if (keys.Find(Encoding.ASCII.GetString(header[2..])) is not { } master) return null;

        var rest = envelope[headerLength..];
        var content = new byte[rest.Length - NonceBytes - TagBytes];
        using var cipher = Cipher(master, grainKey, stateName);
        try
        {
            cipher.Decrypt(rest[..NonceBytes], rest[(NonceBytes + TagBytes)..], rest.Slice(NonceBytes, TagBytes), content, AssociatedData(header, grainKey, stateName));
            return content;
        }
        catch (AuthenticationTagMismatchException) { return null; }
    }

    /// <summary>Seals the content of an envelope again where another master key than the active one has sealed it.</summary>
    /// <param name="grainKey">The row's grain key.</param>
    /// <param name="stateName">The row's state name.</param>
    /// <param name="envelope">What is stored.</param>
    /// <param name="resealed">The new envelope, when the answer is <see cref="Resealing.Resealed"/>; otherwise empty.</param>
    public Resealing Reseal(string grainKey, string stateName, ReadOnlySpan<byte> envelope, out byte[] resealed)
    {
        resealed = [];
        if (TryOpen(grainKey, stateName, envelope) is not { } content) return Resealing.Unreadable;
        if (envelope.StartsWith(Header(keys.ActiveKeyId))) return Resealing.Active;
        resealed = Seal(grainKey, stateName, content);
        return Resealing.Resealed;
    }

    static byte[] Header(string keyId) => [Format, (byte)keyId.Length, .. Encoding.ASCII.GetBytes(keyId)];

    AesGcm Cipher(byte[] master, string grainKey, string stateName)
    {
        Span<byte> key = stackalloc byte[MasterKeyRing.KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, key, salt: [], info: Encoding.UTF8.GetBytes($"broker row\0{serviceId}\0{grainKey}\0{stateName}"));
        return new AesGcm(key, TagBytes);
    }

    byte[] AssociatedData(ReadOnlySpan<byte> header, string grainKey, string stateName) =>
        [.. header, .. Encoding.UTF8.GetBytes($"\0{serviceId}\0{grainKey}\0{stateName}")];
}
