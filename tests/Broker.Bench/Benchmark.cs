using Broker.Bench.Figures;
using Broker.Bench.Reporting;

namespace Broker.Bench;

/// <summary>All that <c>tests/bench</c> does: one run or two, the table of each, and the file.</summary>
sealed class Benchmark(BenchOptions options)
{
    /// <returns>Whether no case has failed.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var runs = new List<BenchResults>();
        for (var run = 0; run < (options.Twice ? 2 : 1); run++)
        {
            runs.Add(await RunOnceAsync(cancellationToken));
            Console.WriteLine($"\n{TableText.Of(runs[^1])}");
        }
        if (options.Twice) Compare(runs[0], runs[1]);
        ResultsFile.Write(options.Json, runs);
        Console.WriteLine($"All figures: {options.Json}");
        return !runs.SelectMany(run => run.Failures).Any();
    }

    async Task<BenchResults> RunOnceAsync(CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("broker-bench-").FullName;
        try { return await new BenchRun(options, data).RunAsync(cancellationToken); }
        finally { Directory.Delete(data, recursive: true); }
    }

    static void Compare(BenchResults first, BenchResults second)
    {
        var drifts = first.DriftTo(second).ToArray();
        foreach (var (name, one, two) in drifts) Console.WriteLine($"{name}: the ratio differs between the runs: {one:0.000} and {two:0.000}");
        if (drifts.Length == 0) Console.WriteLine($"Both runs agree: every ratio within {Series.WidestSpread:P0}.");
    }
}
