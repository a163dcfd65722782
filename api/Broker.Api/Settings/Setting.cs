using System.ComponentModel;
using System.Reflection;

namespace Broker.Api.Settings;

/// <summary>One setting: a key of the configuration that has a value.</summary>
/// <param name="Path">The parts of its key; <see cref="AnyName"/> and <see cref="AnyIndex"/> stand for whatever is given.</param>
/// <param name="Type">What its value is.</param>
/// <param name="Property">The property that it sets, or is one element of.</param>
public sealed record Setting(string[] Path, Type Type, PropertyInfo Property)
{
    /// <summary>The part of a key that names an entry.</summary>
    public const string AnyName = "{name}";

    /// <summary>The part of a key that counts elements, from 0.</summary>
    public const string AnyIndex = "0";

    /// <summary>Its key, as it is written.</summary>
    public string Key => string.Join(':', Path);

    /// <summary>Whether the key is this setting's.</summary>
    public bool Has(string[] path) => path.Length == Path.Length && HasBelow(path);

    /// <summary>Whether the path leads to lists or entries of which this setting is a part.</summary>
    public bool IsWithin(string[] path) => path.Length < Path.Length && Path[path.Length] is AnyName or AnyIndex && HasBelow(path);

    /// <summary>What the text is not, in words; null where it is.</summary>
    public string? Rule(string text)
    {
        if (text.Length == 0) return "must not be empty: leave it out, or give it a value";
        try { return TypeDescriptor.GetConverter(Type).ConvertFromInvariantString(text) is Uri { IsAbsoluteUri: false } ? Words : null; }
        // Each type's converter throws what it likes.
        catch (Exception e) when (e is not OutOfMemoryException) { return Words; }
    }

    string Words => Type switch
    {
        _ when Type == typeof(int) => "must be a whole number",
        _ when Type == typeof(double) => "must be a number",
        _ when Type == typeof(bool) => "must be true or false",
        _ when Type == typeof(Uri) => "must be a whole URL, such as https://host",
        _ => $"must be one of {string.Join(", ", Type.IsEnum ? Enum.GetNames(Type) : [Type.Name])}",
    };

    bool HasBelow(string[] path) => path.Zip(Path).All(parts => parts.Second switch
    {
        AnyName => true,
        AnyIndex => parts.First.All(char.IsAsciiDigit),
        _ => string.Equals(parts.First, parts.Second, StringComparison.OrdinalIgnoreCase),
    });
}
