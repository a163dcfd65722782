using Broker.Api;
using Broker.Silo;

namespace Broker.Bench.Scale;

/// <summary>A broker in this process, asked past HTTP. Its settings come from the environment.</summary>
sealed class ScaleSilo : IAsyncDisposable
{
    readonly WebApplication _app;

    ScaleSilo(WebApplication app) => _app = app;

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    public static async Task<ScaleSilo> StartAsync(CancellationToken cancellationToken)
    {
        var app = WebApplication.CreateBuilder().AddBrokerSilo().Build();
        app.UseBrokerApi();
        await app.StartAsync(cancellationToken);
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
