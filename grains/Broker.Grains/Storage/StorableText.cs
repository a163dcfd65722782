using System.Text;

namespace Broker.Grains.Storage;

/// <summary>Text that every database gives back as it took it. PostgreSQL has no U+0000, and none has half of a surrogate pair.</summary>
public static class StorableText
{
    const char Replacement = '\uFFFD';

    /// <summary>The text with U+FFFD in the place of each character that cannot be stored.</summary>
    public static string Of(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', Replacement);
}
