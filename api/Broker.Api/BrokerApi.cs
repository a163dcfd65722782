using Broker.Api.Auditing;
using Broker.Api.Authentication;
using Broker.Api.Authentication.Oidc;
using Broker.Api.Calls;
using Broker.Api.Console;
using Broker.Api.Endpoints;
using Broker.Api.Hosting;
using Broker.Api.Leases;
using Broker.Api.Limits;
using Broker.Api.OpenApi;
using Broker.Api.Problems;
using Broker.Api.Settings;
using Broker.Api.Telemetry;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Broker.Api;

/// <summary>The HTTP front end. Needs an <c>IGrainFactory</c>: a silo's own, or an Orleans client's.</summary>
public static class BrokerApi
{
    /// <summary>Adds it to a host. A broken setting is an <see cref="InvalidOperationException"/> that names its key.</summary>
    public static WebApplicationBuilder AddBrokerApi(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var options = configuration.Read<ListenerOptions>();
        var publicListener = configuration.Read<PublicListenerOptions>(PublicListenerOptions.Section);
        if ((publicListener.BrokenRule() ?? options.BrokenRule(publicListener.Address, builder.Environment.IsProduction())) is { } rule) throw new InvalidOperationException(rule);
        var listeners = new Listeners(configuration, publicListener, options.Management.Url);
        var addressLimits = configuration.Read<AddressLimitOptions>("Limits");
        if (addressLimits.BrokenRule() is { } limitRule) throw new InvalidOperationException(limitRule);
        builder.WebHost.ConfigureKestrel(kestrel => listeners.Configure(kestrel, configuration));
        builder.Services.PostConfigure<LoggerFilterOptions>(FrameworkLog.Quieten);

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(listeners);
        builder.Services.AddSingleton<PublicAddress>();
        builder.Services.AddSingleton(new BootstrapAdministrator(configuration.Read<BootstrapOptions>()));
        builder.AddOidc();
        builder.Services.AddSingleton<LeaseTable>();
        builder.Services.AddSingleton<CredentialVending>();
        builder.Services.AddSingleton<RoleSigning>();
        builder.Services.AddSingleton<Authenticator>();
        builder.Services.AddSingleton<KeyUses>();
        builder.Services.AddSingleton<CallRecord>();
        builder.Services.AddSingleton<CallFilter>();
        builder.Services.AddSingleton(addressLimits);
        builder.Services.AddSingleton<AddressGate>();
        builder.Services.AddSingleton<RequestLimits>();
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Draining>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout += TimeSpan.FromSeconds(options.DrainSeconds));
        builder.Services.AddHealthChecks().AddCheck<Draining>("draining");
        builder.AddBrokerTelemetry();
        builder.AddAudit();
        builder.AddOpenApiDocument();
        return builder;
    }

    /// <summary>Adds it to the pipeline.</summary>
    public static WebApplication UseBrokerApi(this WebApplication app)
    {
        app.Use(app.Services.GetRequiredService<Draining>().SendAwayAsync);
        app.UseMiddleware<FailureMiddleware>();
        app.MapWhen(Listeners.IsManagement, ManagementPipeline.Build);
        UseForwardedHeaders(app, app.Services.GetRequiredService<ListenerOptions>().Proxy);
        app.Use(static (context, next) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.Pragma = "no-cache";
            return next(context);
        });
        app.MapMethods("/healthz", ["HEAD"], static () => Results.Ok()).ExcludeFromDescription();
        app.MapGet("/healthz", static () => Results.Ok()).WithName("GetHealth").WithTags(Topics.Operations).WithSummary("Whether the process lives.");
        app.MapOpenApiDocument();
        app.MapConsole();
        Tenants.Map(app);
        Roles.Map(app);
        RoleOperations.Map(app);
        ApiKeys.Map(app);
        Credentials.Map(app);
        CredentialUrls.Map(app);
        SignedUrls.Map(app);
        PostPolicies.Map(app);
        SeedsCompatible.Map(app);
        Audit.Map(app);
        StsBudget.Map(app);
        return app;
    }

    static void UseForwardedHeaders(WebApplication app, ListenerOptions.ProxyOptions proxy)
    {
        if (proxy.KnownNetworks.Length == 0) return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var network in proxy.KnownNetworks) options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        app.UseForwardedHeaders(options);
    }
}
