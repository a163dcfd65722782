using System.Diagnostics;
using System.Text.RegularExpressions;
using Broker.Api.Endpoints;
using OpenTelemetry;

namespace Broker.Api.Telemetry;

/// <summary>
/// A credential URL's path is the permission itself, and callers put keys where names belong: both are cut from every trace
/// before any exporter sees it.
/// </summary>
sealed partial class SecretPaths : BaseProcessor<Activity>
{
    const string Cut = CredentialUrls.Path + "…";

    public override void OnEnd(Activity data)
    {
        foreach (var (name, value) in data.TagObjects.ToList())
            if (value is string text && Harmless(text) is var harmless && harmless != text) data.SetTag(name, harmless);
        data.DisplayName = Harmless(data.DisplayName);
    }

    static string Harmless(string text) => Shows(text) ? Cut : Capability.Replace(text, "$1…");

    /// <summary>The route's own template, with its braces, may show.</summary>
    static bool Shows(string text) => text.Contains(CredentialUrls.Path, StringComparison.OrdinalIgnoreCase) && !text.Contains('{', StringComparison.Ordinal);

    /// <summary>A key's or credential URL's text; its id may show.</summary>
    [GeneratedRegex("((?:bk|cu)_[a-z0-9]+_)[A-Za-z0-9_-]+")]
    private static partial Regex Capability { get; }
}
