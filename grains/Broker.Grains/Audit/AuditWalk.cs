using System.Security.Cryptography;

namespace Broker.Grains.Audit;

/// <summary>Goes along a chain row by row, and stops at the first that is not what its writer wrote there.</summary>
sealed class AuditWalk(AuditChain chain, AuditMark? checkpoint)
{
    /// <summary>The sequence of the last good row.</summary>
    public long Sequence { get; private set; } = checkpoint?.Sequence ?? 0;

    /// <summary>The MAC of the last good row.</summary>
    public byte[] Mac { get; private set; } = checkpoint?.Mac ?? AuditChain.Genesis;

    /// <summary>Takes the next row; what is wrong with it, or null.</summary>
    public string? Take(AuditRow row)
    {
        var expected = Sequence + 1;
        if (row.Writer != chain.Writer) return $"row {row.Sequence} is of writer {row.Writer}";
        if (row.Sequence > expected) return $"row {expected} is missing";
        if (row.Sequence < expected) return $"row {row.Sequence} comes twice, out of order, or was removed before";
        if (!chain.Follows(Mac, row)) return $"row {row.Sequence} is changed, or in another row's place";
        (Sequence, Mac) = (row.Sequence, row.Mac);
        return null;
    }

    /// <summary>Whether the last good row is the one that the mark names.</summary>
    public bool IsAt(AuditMark mark) => mark.Sequence == Sequence && CryptographicOperations.FixedTimeEquals(mark.Mac, Mac);
}
