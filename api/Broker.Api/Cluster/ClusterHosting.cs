using System.Diagnostics.Metrics;
using Broker.Api.Hosting;
using Broker.Api.Settings;
using Broker.Api.Telemetry;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Messaging;

namespace Broker.Api.Cluster;

/// <summary>How a process becomes a part of a cluster, or its client.</summary>
public static class ClusterHosting
{
    /// <summary>Orleans' name of the service, the same in every cluster. Part of every row's key and of every envelope: it never changes.</summary>
    public const string ServiceId = "broker";

    /// <summary>Adds <see cref="ClusterTls"/> where the configuration asks for it; whether it does. A broken setting is an <see cref="InvalidOperationException"/> that names its key.</summary>
    public static bool AddClusterTls(this WebApplicationBuilder builder, ClusterRole role)
    {
        var options = builder.Configuration.Read<ClusterTlsOptions>(ClusterTlsOptions.Section);
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
        builder.Configuration.AddSecretFiles().Demand(ApiSettings.OfClient);
        var options = builder.Configuration.Read<ClusterClientOptions>();
        if (options.BrokenRule() is { } rule) throw new InvalidOperationException(rule);
        var encrypted = builder.AddClusterTls(ClusterRole.Client);
        var connected = new GatewayCheck();
        builder.Services.AddHealthChecks().AddCheck("gateways", connected);
        builder.UseOrleansClient(client =>
        {
            client.Services.AddSingleton<IGatewayListProvider>(new NamedGateways(options.Gateways));
            client.AddGatewayCountChangedHandler((_, change) => connected.Count(change.NumberOfConnectedGateways))
                .AddDashboard()
                .AddTraceContext(builder.Configuration)
                .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.ClusterId, ServiceId));
            if (encrypted) client.Services.AddOptions<ClientConnectionOptions>().Configure<ClusterTls>((options, tls) => options.ConfigureConnection(tls.Connect));
        });
        return builder;
    }
}
