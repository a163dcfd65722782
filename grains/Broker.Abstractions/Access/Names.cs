using System.Buffers;

namespace Broker;

/// <summary>The rule for names of tenants, roles and storage entries: <c>[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?</c>.</summary>
public static class Names
{
    /// <summary>The rule in words, for error messages.</summary>
    public const string Rule = "1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit";

    static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether the text is a valid name.</summary>
    public static bool IsValid(string? name) =>
        name is { Length: >= 1 and <= 63 } && name[0] != '-' && name[^1] != '-' && !name.AsSpan().ContainsAnyExcept(Characters);
}
