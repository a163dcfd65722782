using System.Net;

namespace Broker.Api.Hosting;

/// <summary>How callers and operators reach a process. Configuration keys are the properties' names.</summary>
public sealed class ListenerOptions
{
    /// <summary><c>https://host[:port]</c> as callers know it; credential URLs begin with it. Null (default): the public listener's. Required in Production.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>The address for operators.</summary>
    public ManagementOptions Management { get; set; } = new();

    /// <summary>The proxies in front.</summary>
    public ProxyOptions Proxy { get; set; } = new();

    /// <summary>
    /// How long a process that is told to stop serves on, no longer ready, so that load balancers send it nothing more. In
    /// seconds, 0 to 60; default 5.
    /// </summary>
    public int DrainSeconds { get; set; } = 5;

    /// <summary>The address for operators.</summary>
    public sealed class ManagementOptions
    {
        /// <summary>Serves <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>, without keys: keep it private. Default <c>http://127.0.0.1:8081</c>.</summary>
        public Uri Url { get; set; } = new("http://127.0.0.1:8081");
    }

    /// <summary>The proxies in front.</summary>
    public sealed class ProxyOptions
    {
        /// <summary>CIDR blocks of the proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> count. Default: none.</summary>
        public string[] KnownNetworks { get; set; } = [];
    }

    /// <summary>Whether Kestrel can listen there.</summary>
    internal static bool IsListener(Uri url) =>
        (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url is { PathAndQuery: "/", UserInfo.Length: 0, Fragment.Length: 0 };

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    /// <param name="publicListener">The public listener's address.</param>
    /// <param name="production">Production demands more.</param>
    public string? BrokenRule(Uri publicListener, bool production)
    {
        if (PublicUrl is { } url && (url.PathAndQuery != "/" || url.UserInfo.Length > 0 || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)))
            return "PublicUrl must be https://host[:port].";
        if (!IsListener(Management.Url)) return "Management:Url must be http://address:port.";
        if (Proxy.KnownNetworks.FirstOrDefault(n => !IPNetwork.TryParse(n, out _)) is { } broken) return $"Proxy:KnownNetworks: '{broken}' is no CIDR block.";
        if (DrainSeconds is < 0 or > 60) return "DrainSeconds must be 0 to 60.";
        if (!production) return null;
        if (PublicUrl is null) return "PublicUrl is required in Production.";
        return publicListener.Scheme == Uri.UriSchemeHttp && !publicListener.IsLoopback && Proxy.KnownNetworks.Length == 0
            ? "Kestrel:Endpoints:Public:Url is plain http on an address that is not loopback. Use https, or set Proxy:KnownNetworks to the proxies that end TLS."
            : null;
    }
}
