using System.Diagnostics;
using Broker.Api.Endpoints;
using OpenTelemetry;

namespace Broker.Api.Telemetry;

/// <summary>A credential URL's path is the permission itself: it is cut from every trace before any exporter sees it.</summary>
sealed class SecretPaths : BaseProcessor<Activity>
{
    const string Cut = CredentialUrls.Path + "…";

    public override void OnEnd(Activity data)
    {
        foreach (var tag in data.TagObjects.Where(tag => Shows(tag.Value as string)).ToList()) data.SetTag(tag.Key, Cut);
        if (Shows(data.DisplayName)) data.DisplayName = Cut;
    }

    /// <summary>The route's own template, with its braces, may show.</summary>
    static bool Shows(string? text) =>
        text is not null && text.Contains(CredentialUrls.Path, StringComparison.OrdinalIgnoreCase) && !text.Contains('{', StringComparison.Ordinal);
}
