using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Broker.Api.Settings;

namespace Broker.Tests.Settings;

/// <summary>The doc comments of options as Markdown.</summary>
sealed partial class Documentation(IReadOnlyCollection<Setting> settings)
{
    readonly Dictionary<Assembly, Dictionary<string, XElement>> _files = [];

    public string Of(Type type) => Sentences(type, $"T:{Name(type)}");

    public string Of(Setting setting)
    {
        var type = setting.Property.DeclaringType!;
        return Sentences(type, $"P:{Name(type)}.{setting.Property.Name}");
    }

    /// <summary>The default of the property, as its comment must have it; null where it is none, or a list.</summary>
    public static string? Default(Setting setting)
    {
        var type = setting.Property.DeclaringType!;
        return setting.Property.GetValue(Activator.CreateInstance(type)) switch
        {
            null or "" => null,
            bool no => no ? "true" : "false",
            Uri url => url.OriginalString,
            IConvertible value => value.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    string Sentences(Type type, string member)
    {
        var summary = File(type.Assembly).GetValueOrDefault(member)?.Element("summary") ?? throw new InvalidOperationException($"{member} has no doc comment.");
        return Unset.Replace(Spaces.Replace(string.Concat(summary.Nodes().Select(Text)), " "), "Default").Trim();
    }

    string Text(XNode node) => node switch
    {
        XText text => text.Value.Replace("|", "\\|", StringComparison.Ordinal),
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => Referred(see.Attribute("cref")!.Value),
        _ => throw new InvalidOperationException($"{node} is not written here."),
    };

    /// <summary>A setting is called by its key, a constant by what it says.</summary>
    string Referred(string reference)
    {
        var (type, member) = (reference[2..reference.LastIndexOf('.')], reference[(reference.LastIndexOf('.') + 1)..]);
        if (settings.FirstOrDefault(setting => Name(setting.Property.DeclaringType!) == type && setting.Property.Name == member) is { } setting) return $"`{setting.Key}`";
        var constant = typeof(Names).Assembly.GetType(type)?.GetField(member)?.GetRawConstantValue() as string;
        return constant is null ? $"`{member}`" : constant.Contains(' ', StringComparison.Ordinal) ? constant : $"`{constant}`";
    }

    Dictionary<string, XElement> File(Assembly assembly)
    {
        if (!_files.TryGetValue(assembly, out var members))
            _files[assembly] = members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);
        return members;
    }

    static string Name(Type type) => type.FullName!.Replace('+', '.');

    /// <summary>Where nothing is set, there is no null to be seen.</summary>
    [GeneratedRegex(@"(Null|Empty) \(default\)")]
    private static partial Regex Unset { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces { get; }
}
