using System.Security.Cryptography;
using Broker.Grains.Sealing;

namespace Broker.Grains.Audit;

/// <summary>The keys of the writers: random, one for each, sealed by the master key and bound to its writer.</summary>
public sealed class AuditKeys(CredentialSealer sealer)
{
    const string StateName = "audit-key-v1";

    /// <summary>Makes a key; answers it sealed, beside the chain that it signs.</summary>
    public (byte[] SealedKey, AuditChain Chain) Make(string writer)
    {
        var key = RandomNumberGenerator.GetBytes(AuditChain.KeyBytes);
        return (sealer.Seal(GrainKey(writer), StateName, key), new(writer, key));
    }

    /// <summary>The writer's chain; null when its key does not open: damaged, or its master key is gone.</summary>
    public AuditChain? Open(string writer, byte[]? sealedKey) =>
        sealedKey is not null && sealer.TryOpen(GrainKey(writer), StateName, sealedKey) is { Length: AuditChain.KeyBytes } key ? new(writer, key) : null;

    /// <summary>Seals the same key again where another master key than the active one has sealed it.</summary>
    public Resealing Reseal(string writer, ReadOnlySpan<byte> sealedKey, out byte[] resealed) => sealer.Reseal(GrainKey(writer), StateName, sealedKey, out resealed);

    static string GrainKey(string writer) => $"a/{writer}";
}
