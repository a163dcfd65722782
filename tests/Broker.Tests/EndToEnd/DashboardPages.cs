using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Broker.Tests.EndToEnd;

/// <summary>The Orleans Dashboard's pages and data.</summary>
static class DashboardPages
{
    const string Prefix = "/dashboard";

    /// <summary>All that it shows: of the silo, of every type of grain, and the state of every grain that it is asked for.</summary>
    /// <param name="broker">Whose.</param>
    /// <param name="grains">Grains' keys. Each is tried as one of every type.</param>
    public static async Task<Dictionary<string, string>> ReadAsync(TestBroker broker, IReadOnlyCollection<string> grains)
    {
        var shown = new Dictionary<string, string>();
        var types = JsonSerializer.Deserialize<string[]>(await TextAsync(broker, $"{Prefix}/GrainTypes"))!;
        var silo = broker.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();
        foreach (var route in broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(r => r.RoutePattern.RawText!))
            foreach (var path in Paths(route, types, grains, silo)) shown[path] = await TextAsync(broker, path);
        return shown;
    }

    static IEnumerable<string> Paths(string route, string[] types, IReadOnlyCollection<string> grains, string silo)
    {
        // Fonts and pictures are files; the trace is the log, as it goes on.
        if (!route.StartsWith(Prefix, StringComparison.Ordinal) || route.Contains("{**", StringComparison.Ordinal) || route.EndsWith("/Trace", StringComparison.Ordinal)) return [];
        var parameter = route.IndexOf('{', StringComparison.Ordinal);
        var (fixedPart, name) = parameter < 0 ? (route, "") : (route[..parameter], route[parameter..]);
        return name switch
        {
            "{*grainName}" => types.Select(type => fixedPart + type),
            "{page:int}" => [fixedPart + 1],
            "" when route.EndsWith("/GrainState", StringComparison.Ordinal) => types.SelectMany(_ => grains, (type, grain) => $"{route}?grainType={Uri.EscapeDataString(type)}&grainId={Uri.EscapeDataString(grain)}"),
            "" => [route],
            _ => [fixedPart + silo],
        };
    }

    static async Task<string> TextAsync(TestBroker broker, string path) => (await broker.GetAsync($"{broker.Management}{path.TrimStart('/')}", key: null)).Text;
}
