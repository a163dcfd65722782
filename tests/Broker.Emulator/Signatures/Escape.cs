using System.Text;

namespace Broker.Emulator.Signatures;

/// <summary>The percent-encoding of Alibaba Cloud's signatures, byte by byte as its documentation says it.</summary>
static class Escape
{
    const string Hex = "0123456789ABCDEF";

    public static string Of(string text, bool keepSlash = false)
    {
        var result = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)b;
            var plain = c is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '-' or '_' or '.' or '~' || (keepSlash && c == '/');
            if (plain) result.Append(c);
            else result.Append('%').Append(Hex[b >> 4]).Append(Hex[b & 15]);
        }
        return result.ToString();
    }

    /// <summary>Reads percent-encoded UTF-8; null when it is malformed.</summary>
    public static string? Undo(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%') bytes.AddRange(Encoding.UTF8.GetBytes([text[i]]));
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else return null;
        }
        try { return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]); }
        catch (ArgumentException) { return null; }
    }

    /// <summary>Reads <c>a=b&amp;c</c>; plus means space. Null when it is malformed.</summary>
    public static List<KeyValuePair<string, string>>? UndoPairs(string text)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            var name = Undo((equals < 0 ? part : part[..equals]).Replace('+', ' '));
            var value = Undo((equals < 0 ? "" : part[(equals + 1)..]).Replace('+', ' '));
            if (name is null || value is null) return null;
            pairs.Add(new(name, value));
        }
        return pairs;
    }
}
