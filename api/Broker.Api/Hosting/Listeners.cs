using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Broker.Api.Hosting;

/// <summary>The two listeners, public and management, and where they are bound once the host has started.</summary>
public sealed class Listeners
{
    readonly Uri _public, _management;
    ListenOptions? _publicBinding, _managementBinding;

    /// <summary>Tells Kestrel of both listeners. Its configuration names the public one; the management one is ours.</summary>
    internal Listeners(IConfiguration configuration, PublicListenerOptions publicListener, Uri management)
    {
        (_public, _management) = (publicListener.Address, management);
        configuration[$"{PublicListenerOptions.Section}:Url"] = publicListener.Url;
        configuration["Kestrel:Endpoints:Management:Url"] = management.OriginalString;
    }

    /// <summary>The public listener's address; with port 0 only once the host has started.</summary>
    public Uri Public => Bound(_public, _publicBinding);

    /// <summary>The management listener's address; with port 0 only once the host has started.</summary>
    public Uri Management => Bound(_management, _managementBinding);

    internal void Configure(KestrelServerOptions kestrel, IConfiguration configuration)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Json.ReceivedBody.MaxBatchBytes;
        kestrel.Configure(configuration.GetSection("Kestrel"))
            .Endpoint("Public", endpoint => _publicBinding = endpoint.ListenOptions)
            .Endpoint("Management", endpoint =>
            {
                _managementBinding = endpoint.ListenOptions;
                endpoint.ListenOptions.Use(next => connection =>
                {
                    connection.Features.Set(ManagementConnection.Mark);
                    return next(connection);
                });
            });
    }

    /// <summary>Whether the request came in by the management listener.</summary>
    internal static bool IsManagement(HttpContext context) => context.Features.Get<ManagementConnection>() is not null;

    static Uri Bound(Uri configured, ListenOptions? binding)
    {
        var port = binding?.IPEndPoint?.Port is > 0 and var bound ? bound : configured.Port;
        return new UriBuilder(Reachable(configured)) { Port = port }.Uri;
    }

    /// <summary>A listener on every address is on loopback, too.</summary>
    public static Uri Reachable(Uri listener) => listener.Host is "0.0.0.0" or "[::]" ? new UriBuilder(listener) { Host = "127.0.0.1" }.Uri : listener;

    /// <summary>Kestrel hands a connection's features on to its requests.</summary>
    sealed class ManagementConnection
    {
        public static readonly ManagementConnection Mark = new();
    }
}

/// <summary>The address under which callers know the API.</summary>
sealed class PublicAddress(ListenerOptions options, Listeners listeners)
{
    public Uri Url => options.PublicUrl ?? listeners.Public;
}
