using System.Text;

namespace Broker;

/// <summary>
/// The rules for key prefixes and object keys. <c>*</c>, <c>?</c> and <c>${</c> are refused in a prefix because RAM has no
/// escape for them: a policy that is built from such a prefix would grant more than it names.
/// </summary>
public static class KeyPrefix
{
    /// <summary>OSS's limit on an object's key, in UTF-8 bytes.</summary>
    public const int MaxKeyBytes = 1023;

    /// <summary>The rule that the prefix breaks, in words; null when it is valid. An empty prefix is valid.</summary>
    public static string? BrokenRule(string prefix)
    {
        if (prefix.Length == 0) return null;
        if (!prefix.EndsWith('/')) return "must be empty or end in '/'";
        return BrokenPathRule(prefix) ?? BrokenWildcardRule(prefix);
    }

    /// <summary>The rule that the relative object key breaks, in words; null when it is valid.</summary>
    public static string? BrokenKeyRule(string key) =>
        key.Length == 0 ? "must not be empty" : BrokenPathRule(key);

    /// <summary>Whether one prefix holds the other, or both are equal: two tenants must not have such prefixes in one bucket.</summary>
    public static bool Overlap(string a, string b) =>
        a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal);

    static string? BrokenPathRule(string path)
    {
        if (path[0] is '/' or '\\') return "must not begin with '/' or '\\'";
        if (path.Contains("//", StringComparison.Ordinal)) return "must not contain '//'";
        if (HasDotSegment(path)) return "must not contain a '.' or '..' segment";
        if (path.AsSpan().ContainsAnyExceptInRange(' ', '~') && BrokenTextRule(path) is { } rule) return rule;
        return Encoding.UTF8.GetByteCount(path) > MaxKeyBytes ? $"must have at most {MaxKeyBytes} bytes in UTF-8" : null;
    }

    static bool HasDotSegment(ReadOnlySpan<char> path)
    {
        foreach (var segment in path.Split('/'))
            if (path[segment] is "." or "..") return true;
        return false;
    }

    static string? BrokenTextRule(string text)
    {
        if (text.Any(char.IsControl)) return "must not contain control characters";
        return IsWellFormed(text) ? null : "must be well-formed Unicode";
    }

    static string? BrokenWildcardRule(string prefix) =>
        prefix.AsSpan().ContainsAny('*', '?') || prefix.Contains("${", StringComparison.Ordinal)
            ? "must not contain '*', '?' or '${'"
            : null;

    static bool IsWellFormed(string text)
    {
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var read) != System.Buffers.OperationStatus.Done) return false;
            rest = rest[read..];
        }
        return true;
    }
}
