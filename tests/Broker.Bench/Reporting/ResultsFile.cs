using System.Text.Json;
using System.Text.Json.Serialization;
using Broker.Bench.Figures;

namespace Broker.Bench.Reporting;

/// <summary>The results for programs: every figure of every round, beside the medians.</summary>
static class ResultsFile
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Of a case that has answered nothing.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <param name="path">Written anew.</param>
    /// <param name="runs">One run, or the two of <c>--twice</c>.</param>
    public static void Write(string path, IReadOnlyList<BenchResults> runs)
    {
        using var stream = File.Create(path);
        JsonSerializer.Serialize(stream, new { Runs = runs }, Json);
    }
}
