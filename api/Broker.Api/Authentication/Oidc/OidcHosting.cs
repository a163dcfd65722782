using Broker.Api.Settings;

namespace Broker.Api.Authentication.Oidc;

static class OidcHosting
{
    /// <summary>Adds sign-in by OIDC. A broken setting is an <see cref="InvalidOperationException"/> that names its key.</summary>
    public static void AddOidc(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.Read<OidcOptions>("Oidc");
        var platform = builder.Configuration.Read<PlatformOptions>("Platform");
        if ((options.BrokenRule() ?? platform.BrokenRule()) is { } rule) throw new InvalidOperationException(rule);
        var handler = IssuerConnections.CreateHandler(options);
        builder.Services.AddSingleton(platform);
        builder.Services.AddSingleton(services => new IssuerDocuments(handler, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<TrustedIssuers>();
        builder.Services.AddSingleton<TokenAuthenticator>();
    }
}
