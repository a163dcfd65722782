using System.Collections;
using System.ComponentModel;
using System.Reflection;

namespace Broker.Api.Settings;

/// <summary>Options that a program reads, and from where.</summary>
/// <param name="Name">The configuration section; empty: the top level.</param>
/// <param name="Options">The class of the options. Its settable properties are the settings.</param>
public sealed record SettingsSection(string Name, Type Options)
{
    /// <summary>Whether others read settings of the same section, which are theirs to know.</summary>
    public bool IsShared { get; init; }

    /// <summary>Its settings, those of nested options included.</summary>
    public IEnumerable<Setting> Settings => Of(Options, Name.Length == 0 ? [] : Name.Split(':'));

    static IEnumerable<Setting> Of(Type options, string[] path) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetSetMethod() is not null || typeof(IDictionary).IsAssignableFrom(property.PropertyType))
            .SelectMany(property => Of(property, property.PropertyType, [.. path, property.Name]));

    static IEnumerable<Setting> Of(PropertyInfo property, Type type, string[] path)
    {
        if (type.IsArray) return Of(property, type.GetElementType()!, [.. path, Setting.AnyIndex]);
        if (typeof(IDictionary).IsAssignableFrom(type)) return Of(property, type.GetGenericArguments()[1], [.. path, Setting.AnyName]);
        type = Nullable.GetUnderlyingType(type) ?? type;
        return TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)) ? [new(path, type, property)] : Of(type, path);
    }
}
