using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Broker.Grains.Audit;

/// <summary>A place between two pages: the last entry of the first one. As text it is opaque to callers.</summary>
/// <param name="At">The entry's moment, in milliseconds.</param>
/// <param name="Writer">Its writer.</param>
/// <param name="Sequence">Its sequence.</param>
public sealed record AuditCursor(DateTimeOffset At, string Writer, long Sequence)
{
    const int LongestToken = 200;

    /// <summary>The cursor as a page token.</summary>
    public string ToToken() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()} {Sequence} {Writer}")));

    /// <summary>Reads a page token; null when it is none.</summary>
    public static AuditCursor? TryParse(string token)
    {
        if (token.Length > LongestToken || !Base64Url.IsValid(token)) return null;
        if (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split(' ') is not [var at, var sequence, { Length: > 0 } writer]) return null;
        if (!TryParseNumber(at, out var milliseconds) || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() || !TryParseNumber(sequence, out var place)) return null;
        return new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), writer, place);
    }

    static bool TryParseNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
