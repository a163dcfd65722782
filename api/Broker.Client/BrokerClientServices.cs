using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Broker.Client;

/// <summary>Puts a <see cref="BrokerClient"/> among an application's services.</summary>
public static class BrokerClientServices
{
    const string HttpClientName = "Broker.Client";

    /// <summary>A client for one role. Broken options end the application's start, by their names.</summary>
    /// <returns>The options, to be bound to a section of the configuration for one.</returns>
    public static OptionsBuilder<BrokerClientOptions> AddBrokerClient(this IServiceCollection services, Action<BrokerClientOptions> configure)
    {
        // Connections are made anew from time to time instead of the handler, since the client lives as long as the process.
        services.AddHttpClient(HttpClientName, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, _) => (handler.PooledConnectionLifetime, handler.AllowAutoRedirect, handler.UseCookies) = (TimeSpan.FromMinutes(2), false, false))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.AddSingleton(provider => new BrokerClient(provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
            provider.GetRequiredService<IOptions<BrokerClientOptions>>().Value, provider.GetService<TimeProvider>()));
        services.AddSingleton<IValidateOptions<BrokerClientOptions>, Validation>();
        return services.AddOptions<BrokerClientOptions>().Configure(configure).ValidateOnStart();
    }

    sealed class Validation : IValidateOptions<BrokerClientOptions>
    {
        public ValidateOptionsResult Validate(string? name, BrokerClientOptions options) =>
            options.BrokenRule() is { } rule ? ValidateOptionsResult.Fail($"Broker client: {rule}") : ValidateOptionsResult.Success;
    }
}
