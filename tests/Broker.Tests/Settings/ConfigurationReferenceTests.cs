using System.Text.RegularExpressions;
using Broker.AlibabaCloud.Sts;
using Broker.Api.Hosting;
using Broker.Cluster;
using Broker.Grains.Budget;
using Broker.Silo;

namespace Broker.Tests.Settings;

/// <summary>The page says what the programs read.</summary>
public sealed partial class ConfigurationReferenceTests
{
    [Fact]
    public async Task The_page_is_what_the_options_say()
    {
        var approved = Path.Combine(Repository.Root, "deploy", "configuration.md");
        var received = Path.Combine(Repository.Root, "deploy", "configuration.received.md");
        var text = ConfigurationReference.Text();
        File.Delete(received);
        if (File.Exists(approved) && await File.ReadAllTextAsync(approved) == text) return;
        await File.WriteAllTextAsync(received, text);
        Assert.Fail($"The settings have changed. Compare, and approve with: mv {received} {approved}");
    }

    [Fact]
    public void Every_class_of_options_is_there()
    {
        var classes = ((Type[])[typeof(ListenerOptions), typeof(StsOptions), typeof(StsBudgetOptions), typeof(SiloOptions)])
            .SelectMany(one => one.Assembly.GetTypes()).Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.IsPublic);
        var bound = ConfigurationReference.Settings.Select(setting => setting.Property.DeclaringType).Union(ConfigurationReference.Sections.Select(section => section.Options)).ToHashSet();
        Assert.All(classes, type => Assert.Contains(type, bound));
    }

    [Fact]
    public void Every_setting_says_its_default()
    {
        var documentation = new Documentation(ConfigurationReference.Settings);
        // The elements of a list have none.
        var settings = ConfigurationReference.Settings.Where(setting => setting.Property.DeclaringType!.Name.EndsWith("Options", StringComparison.Ordinal) && setting.Property.DeclaringType != typeof(StsIdentityBudgetOptions));
        Assert.All(settings, setting =>
        {
            var text = documentation.Of(setting).Replace(",", "", StringComparison.Ordinal);
            Assert.Contains("default", text, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(Documentation.Default(setting) ?? "", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_variable_that_the_sources_name_is_there()
    {
        var page = ConfigurationReference.Text();
        var sources = ((string[])["api", "grains", "silo"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        var named = sources.SelectMany(file => Variable.Matches(File.ReadAllText(file))).Select(match => match.Value).Distinct();
        Assert.All(named, variable => Assert.Contains($"`{variable}`", page, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\b(ALIBABA_CLOUD|OTEL|DOTNET|ASPNETCORE)_[A-Z_]+[A-Z]\b")]
    private static partial Regex Variable { get; }
}
