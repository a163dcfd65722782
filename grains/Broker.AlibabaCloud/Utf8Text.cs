using System.Buffers;
using System.Text;

namespace Broker.AlibabaCloud;

/// <summary>Text that is written piece by piece, as UTF-8, into memory that is lent and given back.</summary>
ref struct Utf8Text : IDisposable
{
    byte[] _lent;
    int _length;

    /// <param name="capacity">About how long it will be; it grows.</param>
    public Utf8Text(int capacity) => _lent = ArrayPool<byte>.Shared.Rent(capacity);

    public readonly int Length => _length;

    public readonly ReadOnlySpan<byte> Written => _lent.AsSpan(0, _length);

    public void Dispose()
    {
        // It may hold a token.
        ArrayPool<byte>.Shared.Return(_lent, clearArray: true);
        _lent = [];
    }

    public void Add(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
    }

    public void Add(string text) => _length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    public void Add<T>(T value, scoped ReadOnlySpan<char> format = default) where T : IUtf8SpanFormattable
    {
        int written;
        for (var size = 32; !value.TryFormat(Room(size), out written, format, System.Globalization.CultureInfo.InvariantCulture); size *= 2) { }
        _length += written;
    }

    /// <summary>The bytes in lower-case hex.</summary>
    public void AddHex(scoped ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, Room(bytes.Length * 2), out var written);
        _length += written;
    }

    /// <summary>The text percent-encoded.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kept">One character more that stays as it is; 0: none.</param>
    public void AddEncoded(string text, byte kept = 0)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var room = Room(most * 3);
        // From the far end of the room the near end is written: three bytes at most for each.
        var plain = room[^most..];
        plain = plain[..Encoding.UTF8.GetBytes(text, plain)];
        _length += PercentEncoding.Encode(plain, room, kept);
    }

    /// <summary>Space behind what is written.</summary>
    Span<byte> Room(int size)
    {
        if (_lent.Length - _length < size) Grow(size);
        return _lent.AsSpan(_length);
    }

    void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_lent.Length * 2, _length + size));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_lent, clearArray: true);
        _lent = larger;
    }
}
