using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Broker.Api.Authentication;

/// <summary>The SHA-256 of a credential's text: what is compared with, and remembered of, it.</summary>
readonly record struct CredentialProof
{
    const int UsualLength = 256;

    readonly UInt128 _first, _second;

    CredentialProof(ReadOnlySpan<UInt128> hash) => (_first, _second) = (hash[0], hash[1]);

    public static CredentialProof Of(string credential)
    {
        var most = Encoding.UTF8.GetMaxByteCount(credential.Length);
        var lent = most > UsualLength ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> text = lent ?? stackalloc byte[UsualLength];
        Span<UInt128> hash = stackalloc UInt128[2];
        text = text[..Encoding.UTF8.GetBytes(credential, text)];
        SHA256.HashData(text, MemoryMarshal.AsBytes(hash));
        CryptographicOperations.ZeroMemory(text);
        if (lent is not null) ArrayPool<byte>.Shared.Return(lent);
        return new(hash);
    }

    /// <summary>Compares in a time that does not depend on where the two differ.</summary>
    public bool Matches(in CredentialProof other) => CryptographicOperations.FixedTimeEquals(Bytes(in this), Bytes(in other));

    public override string ToString() => nameof(CredentialProof);

    static ReadOnlySpan<byte> Bytes(in CredentialProof proof) => MemoryMarshal.AsBytes(new ReadOnlySpan<CredentialProof>(in proof));
}
