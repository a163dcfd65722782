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

    /// <summary>The same key under the active master key; null when it is already.</summary>
    public byte[]? Reseal(string writer, byte[] sealedKey) =>
        sealer.IsActive(sealedKey) || sealer.TryOpen(GrainKey(writer), StateName, sealedKey) is not { } key ? null : sealer.Seal(GrainKey(writer), StateName, key);

    static string GrainKey(string writer) => $"a/{writer}";
}
