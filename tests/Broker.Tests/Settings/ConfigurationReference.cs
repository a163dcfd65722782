using System.Text;
using System.Text.RegularExpressions;
using Broker.Api.Settings;
using Broker.Silo;

namespace Broker.Tests.Settings;

/// <summary>What <c>deploy/configuration.md</c> says.</summary>
static partial class ConfigurationReference
{
    const string Head = """
        # Configuration

        Every setting of the silo (`silo/Broker.Silo`) and of the API process that runs alone (`api/Broker.Api`). This page is made
        of the comments of the options in the sources by the tests; they say how to approve a change.

        A setting comes from the command line (`--Audit:RetentionDays=90`), else the environment (`Audit__RetentionDays=90`: two
        underscores for each colon), else `appsettings.json` in the working directory, else a file of its own in `SecretsDirectory`.
        All of them are read when the program starts; a change takes a restart. `{name}` in a key stands for a name of your own, `0`
        for the number of an element: 0, 1 and so on. *Both* means that silos and API processes read it, *API* that only those API
        processes do that run alone.

        A program that finds a setting in these sections that it does not read, or one that is empty, not what it must be, or out of
        its range, writes one line to standard error that names its key, and ends with 2. At the top level, where all of the
        environment is, it refuses what differs from a setting by a slip of one or two letters.
        """;

    /// <summary>All that a program reads of its configuration.</summary>
    public static SettingsSection[] Sections { get; } = [.. ApiSettings.OfApi, .. SiloSettings.All.Except(ApiSettings.OfApi), .. ApiSettings.OfClient.Except(ApiSettings.OfApi)];

    /// <summary>Every setting of ours.</summary>
    public static IReadOnlyList<Setting> Settings { get; } = [.. Sections.SelectMany(section => section.Settings)];

    /// <summary>The whole page.</summary>
    public static string Text()
    {
        var documentation = new Documentation(Settings);
        var text = new StringBuilder(Head).Append("\n\n");
        foreach (var section in Sections) Append(text, section, documentation);
        text.Append("## What others read\n\n| setting | meaning |\n|---|---|\n");
        foreach (var (key, meaning) in ForeignSettings.All) text.Append($"| {key} | {meaning} |\n");
        return text.ToString().ReplaceLineEndings("\n");
    }

    static void Append(StringBuilder text, SettingsSection section, Documentation documentation)
    {
        var about = documentation.Of(section.Options);
        var end = about.IndexOf('.', StringComparison.Ordinal);
        text.Append($"## {about[..end]}\n\n");
        if (Boilerplate.Replace(about[(end + 1)..], "").Trim() is { Length: > 0 } more) text.Append($"{more}\n\n");
        text.Append("| setting | where | meaning |\n|---|---|---|\n");
        foreach (var setting in section.Settings) text.Append($"| `{setting.Key}` | {Where(section)} | {documentation.Of(setting)} |\n");
        text.Append('\n');
    }

    /// <summary>What the keys show.</summary>
    [GeneratedRegex(@"Configuration (section `[^`]*`|keys are the properties' names)[.:]?")]
    private static partial Regex Boilerplate { get; }

    static string Where(SettingsSection section) =>
        !ApiSettings.OfClient.Contains(section) ? "silo" : SiloSettings.All.Contains(section) ? "both" : "API";
}
