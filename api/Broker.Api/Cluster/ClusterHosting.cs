using System.Diagnostics.Metrics;
using System.Net;
using Broker.Api.Hosting;
using Orleans.Configuration;

namespace Broker.Api.Cluster;

/// <summary>How a process becomes a part of a cluster, or its client.</summary>
public static class ClusterHosting
{
    /// <summary>Adds <see cref="ClusterTls"/> where the configuration asks for it; whether it does. A broken setting is an <see cref="InvalidOperationException"/> that names its key.</summary>
    public static bool AddClusterTls(this WebApplicationBuilder builder, ClusterRole role)
    {
        var options = builder.Configuration.GetSection(ClusterTlsOptions.Section).Get<ClusterTlsOptions>() ?? new();
        if (options.BrokenRule(builder.Environment.IsProduction()) is { } rule) throw new InvalidOperationException(rule);
        if (!options.IsOn) return false;
        ClusterFiles.DemandUsable(options, role);
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ClusterFiles>(services, options, role));
        builder.Services.AddSingleton<RefusalLog>();
        builder.Services.AddSingleton(services => new ClusterTls(
            services.GetRequiredService<ClusterFiles>(), services.GetRequiredService<RefusalLog>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IMeterFactory>()));
        return true;
    }

    /// <summary>Makes the process a client of the silos' gateways. A broken setting is an <see cref="InvalidOperationException"/> that names its key.</summary>
    public static WebApplicationBuilder AddClusterClient(this WebApplicationBuilder builder)
    {
        // As address:port of each.
        var gateways = builder.Configuration.GetSection("Orleans:Gateways").Get<string[]>() ?? ["127.0.0.1:30000"];
        if (gateways.FirstOrDefault(g => !IPEndPoint.TryParse(g, out _)) is { } broken)
            throw new InvalidOperationException($"Orleans:Gateways: '{broken}' is no address:port.");
        var encrypted = builder.AddClusterTls(ClusterRole.Client);
        var connected = new GatewayCheck();
        builder.Services.AddHealthChecks().AddCheck("gateways", connected);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering([.. gateways.Select(IPEndPoint.Parse)])
                .AddGatewayCountChangedHandler((_, change) => connected.Count(change.NumberOfConnectedGateways))
                .AddActivityPropagation()
                .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (builder.Configuration["ClusterId"] ?? "broker", "broker"));
            if (encrypted) client.Services.AddOptions<ClientConnectionOptions>().Configure<ClusterTls>((options, tls) => options.ConfigureConnection(tls.Connect));
        });
        return builder;
    }
}
