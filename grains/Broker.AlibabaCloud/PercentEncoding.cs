using System.Buffers;
using System.Text;

namespace Broker.AlibabaCloud;

/// <summary>RFC 3986 percent-encoding as Alibaba Cloud's signatures define it: all but <c>A-Z a-z 0-9 - _ . ~</c>, UTF-8, upper-case hex.</summary>
static class PercentEncoding
{
    static readonly SearchValues<byte> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"u8);

    public static string Encode(string value) => Uri.EscapeDataString(value);

    /// <summary>Encodes bytes into room for three times as many; how many were written.</summary>
    /// <param name="text">UTF-8. It may be the last third of the room.</param>
    /// <param name="room">Where to.</param>
    /// <param name="kept">One byte more that stays as it is; 0: none.</param>
    public static int Encode(ReadOnlySpan<byte> text, Span<byte> room, byte kept = 0)
    {
        var written = 0;
        foreach (var b in text)
        {
            if (Unreserved.Contains(b) || (b == kept && kept != 0))
            {
                room[written++] = b;
                continue;
            }
            room[written] = (byte)'%';
            room[written + 1] = Hex(b >> 4);
            room[written + 2] = Hex(b & 15);
            written += 3;
        }
        return written;
    }

    /// <summary>Encodes the parameters, ordered by their names' ordinal order, as <c>k=v&amp;k=v</c>; an empty value keeps its equals sign.</summary>
    public static string EncodeSorted(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (text.Length > 0) text.Append('&');
            text.Append(Encode(name)).Append('=').Append(Encode(value));
        }
        return text.ToString();
    }

    static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
