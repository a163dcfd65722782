namespace Broker;

/// <summary>What headers and form fields may hold.</summary>
static class HeaderText
{
    /// <summary>Lower-case letters, digits and hyphens.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 128 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Printable ASCII that is neither empty nor framed by spaces: anything else reaches OSS changed, and breaks the signature.</summary>
    public static bool IsValue(string value) => value.Length is > 0 and <= 1024 && value.All(c => c is >= ' ' and <= '~') && value[0] != ' ' && value[^1] != ' ';

    /// <summary>The base64 of 16 bytes.</summary>
    public static bool IsMd5(string value)
    {
        Span<byte> bytes = stackalloc byte[16];
        return value.Length == 24 && Convert.TryFromBase64String(value, bytes, out var written) && written == 16;
    }
}

/// <summary>Lists of content types: exact ones, or exactly one <c>type/*</c>; empty: any.</summary>
public static class ContentTypes
{
    /// <summary>Whether the list permits the type, a wildcard of the list's kind included.</summary>
    public static bool Permit(string[] permitted, string type) =>
        permitted.Length == 0 || permitted.Contains(type) || (Wildcard(permitted) is { } family && type.StartsWith(family, StringComparison.Ordinal));

    /// <summary>The family of the only <c>type/*</c>, slash included; null when the list has none.</summary>
    public static string? Wildcard(string[] types) => types is [var only] && only.EndsWith("/*", StringComparison.Ordinal) ? only[..^1] : null;
}
