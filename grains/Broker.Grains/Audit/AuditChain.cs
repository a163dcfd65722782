using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Broker.Grains.Storage;

namespace Broker.Grains.Audit;

/// <summary>
/// The arithmetic of one writer's chain. A row's MAC is HMAC-SHA256, by the writer's key, over the MAC of the row before
/// and the row's own content, so that no row can be changed, removed, moved or added by one who has not the key.
/// </summary>
public sealed class AuditChain(string writer, byte[] key)
{
    /// <summary>A writer's key has 256 bits.</summary>
    public const int KeyBytes = 32;

    const byte RowTag = 1, HeadTag = 2, CheckpointTag = 3;

    /// <summary>Stands for the MAC before the first row.</summary>
    public static byte[] Genesis { get; } = new byte[HMACSHA256.HashSizeInBytes];

    /// <summary>Whose chain it is.</summary>
    public string Writer => writer;

    /// <summary>The row that follows the one with this MAC.</summary>
    public AuditRow Link(byte[] previousMac, long sequence, long? continues, AuditEntry entry)
    {
        var stored = AsStored(entry);
        return new(writer, sequence, continues, stored, RowMac(previousMac, sequence, continues, stored));
    }

    /// <summary>Whether the row is what was written after the one with this MAC.</summary>
    public bool Follows(byte[] previousMac, AuditRow row) =>
        CryptographicOperations.FixedTimeEquals(RowMac(previousMac, row.Sequence, row.Continues, row.Entry), row.Mac);

    /// <summary>Signs the end of the chain.</summary>
    public AuditMark Head(long sequence, byte[] mac) => new(sequence, mac, MarkSeal(HeadTag, sequence, mac));

    /// <summary>Signs the place up to which rows were removed.</summary>
    public AuditMark Checkpoint(long sequence, byte[] mac) => new(sequence, mac, MarkSeal(CheckpointTag, sequence, mac));

    /// <summary>Whether this writer signed it as the end.</summary>
    public bool IsHead(AuditMark mark) => CryptographicOperations.FixedTimeEquals(MarkSeal(HeadTag, mark.Sequence, mark.Mac), mark.Seal);

    /// <summary>Whether this writer signed it as a cut.</summary>
    public bool IsCheckpoint(AuditMark mark) => CryptographicOperations.FixedTimeEquals(MarkSeal(CheckpointTag, mark.Sequence, mark.Mac), mark.Seal);

    /// <summary>As the table gives it back.</summary>
    static AuditEntry AsStored(AuditEntry entry) => entry with
    {
        At = DateTimeOffset.FromUnixTimeMilliseconds(entry.At.ToUnixTimeMilliseconds()),
        Tenant = Storable(entry.Tenant),
        Role = Storable(entry.Role),
        Caller = StorableText.Of(entry.Caller),
        Action = StorableText.Of(entry.Action),
        Outcome = StorableText.Of(entry.Outcome),
        Code = Storable(entry.Code),
        AccessKeyId = Storable(entry.AccessKeyId),
        Prefix = Storable(entry.Prefix),
        Access = Storable(entry.Access),
        SourceAddress = Storable(entry.SourceAddress),
        TraceId = Storable(entry.TraceId),
    };

    static string? Storable(string? text) => text is null ? null : StorableText.Of(text);

    byte[] RowMac(byte[] previousMac, long sequence, long? continues, AuditEntry entry)
    {
        var content = new Content(RowTag);
        content.Add(previousMac);
        content.Add(writer);
        content.Add(sequence);
        content.Add(continues);
        content.Add(entry.At.ToUnixTimeMilliseconds());
        foreach (var text in (ReadOnlySpan<string?>)[entry.Tenant, entry.Role, entry.Caller, entry.Action, entry.Outcome, entry.Code, entry.AccessKeyId]) content.Add(text);
        content.Add(entry.Version);
        foreach (var text in (ReadOnlySpan<string?>)[entry.Prefix, entry.Access, entry.SourceAddress, entry.TraceId]) content.Add(text);
        content.Add(entry.Count);
        return content.Mac(key);
    }

    byte[] MarkSeal(byte tag, long sequence, byte[] mac)
    {
        var content = new Content(tag);
        content.Add(writer);
        content.Add(sequence);
        content.Add(mac);
        return content.Mac(key);
    }

    /// <summary>What is signed, so written that no two different contents have the same bytes: each part tells its length, and null from empty.</summary>
    readonly struct Content
    {
        readonly ArrayBufferWriter<byte> _bytes = new(512);

        public Content(byte tag) => _bytes.Write([tag]);

        public void Add(long? number)
        {
            _bytes.Write([number is null ? (byte)0 : (byte)1]);
            BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), number ?? 0);
            _bytes.Advance(sizeof(long));
        }

        public void Add(string? text)
        {
            Add(text is null ? null : (long)Encoding.UTF8.GetByteCount(text));
            if (text is not null) Encoding.UTF8.GetBytes(text, _bytes);
        }

        public void Add(byte[] bytes)
        {
            Add((long?)bytes.Length);
            _bytes.Write(bytes);
        }

        public byte[] Mac(byte[] key) => HMACSHA256.HashData(key, _bytes.WrittenSpan);
    }
}
