using System.Text.Json.Nodes;
using Broker.Cluster;

namespace Broker.Bench.Servers;

/// <summary>How each program is run.</summary>
static class Programs
{
    const string Silo = "silo/Broker.Silo", Api = "api/Broker.Api";

    static readonly string Node = Path.Combine(Repository.Root, "tests", "Broker.Bench", "node", "sample.js");

    /// <summary>A server of this project.</summary>
    public static string[] Served(string name, params string[] args) => ["dotnet", Repository.Program("tests/Broker.Bench"), "serve", name, .. args];

    public static string[] NodeSample(params string[] args) => ["node", Node, .. args];

    public static string[] BrokerSilo() => ["dotnet", Repository.Program(Silo)];

    public static string[] BrokerApi() => ["dotnet", Repository.Program(Api)];

    /// <summary>The silo with the runtime's own switch against metrics, because the broker has none.</summary>
    /// <param name="directory">Where its runtime configuration is written.</param>
    public static string[] BrokerSiloWithoutMetrics(string directory)
    {
        var program = Repository.Program(Silo);
        var configuration = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(program, ".runtimeconfig.json")))!;
        configuration["runtimeOptions"]!["configProperties"]!["System.Diagnostics.Metrics.Meter.IsSupported"] = false;
        var file = Path.Combine(directory, "without-metrics.runtimeconfig.json");
        File.WriteAllText(file, configuration.ToJsonString());
        return ["dotnet", "exec", "--runtimeconfig", file, program];
    }
}
