namespace Broker.Api.Settings;

/// <summary>
/// Refuses a configuration that means something else than it says: a setting that nothing reads, or whose value is none. What
/// is wrong in the ranges and in combinations is for the options themselves.
/// </summary>
public static class SettingsCheck
{
    /// <summary>Demands that what is given in these sections can be read.</summary>
    /// <exception cref="InvalidOperationException">It cannot. The message names the key, and never a value.</exception>
    public static void Demand(this IConfiguration configuration, IReadOnlyCollection<SettingsSection> sections)
    {
        var known = sections.SelectMany(section => section.Settings).ToArray();
        foreach (var (key, value) in configuration.AsEnumerable().OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (value is not null && BrokenRule(key, value, sections, known) is { } rule) throw new InvalidOperationException($"{key} {rule}.");
    }

    /// <summary>The options of a section, as they are configured. For configurations that have passed <see cref="Demand"/>.</summary>
    public static T Read<T>(this IConfiguration configuration, string section = "") where T : class, new() =>
        (section.Length == 0 ? configuration : configuration.GetSection(section)).Get<T>() ?? new();

    static string? BrokenRule(string key, string value, IEnumerable<SettingsSection> sections, Setting[] known)
    {
        var path = key.Split(':');
        if (known.FirstOrDefault(setting => setting.Has(path)) is { } found) return found.Rule(value);
        // JSON's empty list is an empty text.
        if (known.FirstOrDefault(setting => setting.IsWithin(path)) is { } inside) return value.Length == 0 ? null : $"is not one value: set {inside.Key}";
        return IsOurs(path, sections, known) || IsMisspelt(key, known)
            ? $"is no setting here. Is {Spelling.Nearest(key, known.Select(setting => setting.Key))} meant?"
            : null;
    }

    static bool IsOurs(string[] path, IEnumerable<SettingsSection> sections, Setting[] known)
    {
        var shared = sections.Where(section => section.IsShared).Select(section => section.Name.Split(':')[0]);
        return path.Length > 1 && !shared.Contains(path[0], StringComparer.OrdinalIgnoreCase)
            && known.Any(setting => string.Equals(setting.Path[0], path[0], StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>At the top level there is the whole environment: only what is nearly ours is taken for ours.</summary>
    static bool IsMisspelt(string key, Setting[] known) => key.All(c => char.IsAsciiLetterOrDigit(c) || c == ':')
        && known.Any(setting => Spelling.IsNear(key, setting.Key) || IsSectionNear(key, setting.Key));

    static bool IsSectionNear(string key, string known) =>
        key.IndexOf(':', StringComparison.Ordinal) is var end and > 0 && known.IndexOf(':', StringComparison.Ordinal) is var knownEnd and > 0
            && !key[..end].Equals(known[..knownEnd], StringComparison.OrdinalIgnoreCase) && Spelling.IsNear(key[..end], known[..knownEnd]);
}
