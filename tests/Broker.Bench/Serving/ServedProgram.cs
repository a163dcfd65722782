using Broker.Bench.Scale;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Broker.Bench.Serving;

/// <summary>What <c>Broker.Bench serve NAME …</c> runs: the servers beside the broker, each as a process of its own.</summary>
static class ServedProgram
{
    /// <summary>Serves until it is asked to stop.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string name, string[] args)
    {
        if (name == EmulatedCloud.Name) return await EmulatedCloud.RunAsync();
        if (name == ScaleProgram.Name) return await ScaleProgram.RunAsync(args, CancellationToken.None);
        await using var app = Build(name, args);
        await app.StartAsync();
        Announce(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses);
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>In the words of a host's own log, which is off.</summary>
    public static void Announce(IEnumerable<string> addresses)
    {
        foreach (var address in addresses) Console.WriteLine($"Now listening on: {address}");
        Console.WriteLine("Application started");
    }

    static WebApplication Build(string name, string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        switch (name)
        {
            case BareKestrel.Name: BareKestrel.Map(app, args[0]); break;
            case GuideSample.Name: GuideSample.Map(app, new(args[0])); break;
            case TelemetrySink.Name: TelemetrySink.Map(app); break;
            default: throw new ArgumentException($"'{name}' is not served.");
        }
        return app;
    }
}
