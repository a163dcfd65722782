using Broker.Api.Auditing;
using Broker.Api.Authentication;
using Broker.Api.Authentication.Oidc;
using Broker.Api.Cluster;
using Broker.Api.Hosting;
using Broker.Api.Limits;

namespace Broker.Api.Settings;

/// <summary>What the API reads of the configuration, in a silo or alone.</summary>
public static class ApiSettings
{
    /// <summary>Wherever it runs.</summary>
    public static SettingsSection[] OfApi { get; } =
    [
        new("", typeof(ListenerOptions)),
        new(PublicListenerOptions.Section, typeof(PublicListenerOptions)) { IsShared = true },
        new("", typeof(SecretFileOptions)),
        new("", typeof(BootstrapOptions)),
        new("Platform", typeof(PlatformOptions)),
        new("Oidc", typeof(OidcOptions)),
        new("Limits", typeof(AddressLimitOptions)),
        // Silos read more of it, and may have their environment in common with API processes.
        new("Audit", typeof(AuditOptions)) { IsShared = true },
        new(ClusterTlsOptions.Section, typeof(ClusterTlsOptions)),
    ];

    /// <summary>As a process of its own.</summary>
    public static SettingsSection[] OfClient { get; } = [.. OfApi, new("", typeof(ClusterClientOptions))];
}
