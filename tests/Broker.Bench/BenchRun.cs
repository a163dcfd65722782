using Broker.Bench.Cases;
using Broker.Bench.Figures;
using Broker.Bench.Servers;

namespace Broker.Bench;

/// <summary>One run: starts the servers, lets the cases take turns, and stops everything.</summary>
/// <param name="options">What is wanted.</param>
/// <param name="data">The directory of all that it writes; it holds keys.</param>
sealed class BenchRun(BenchOptions options, string data)
{
    // .NET compiles what it has seen at work again, and the first rounds would count that: in the broker's first 15 seconds under
    // load it takes a quarter of the processor time.
    public const int WarmUps = 2, WarmUpSeconds = 10;

    public async Task<BenchResults> RunAsync(CancellationToken cancellationToken)
    {
        var head = Head.Of(options);
        await using var cloud = await Cloud.StartAsync(Path.Combine(data, "cloud.log"), cancellationToken);
        await using var servers = new RunningServers(data, cloud);
        var cases = await RunCasesAsync(servers, cloud, cancellationToken);
        var herd = options.Wants(CaseNames.ColdHerd) ? await new ColdHerd(servers, cloud).RunAsync(options.Rounds, cancellationToken) : null;
        var count = options.Wants(CaseNames.AssumeRoleCount) ? await new AssumeRoleCount(servers, cloud, data).RunAsync(options.Seconds, cancellationToken) : null;
        var scale = await new ScaleCase(servers, cloud, data).RunAsync(options, cancellationToken);
        return new(head, cases, Comparison.Among(cases), herd, count, scale);
    }

    async Task<CaseFigures[]> RunCasesAsync(RunningServers servers, Cloud cloud, CancellationToken cancellationToken)
    {
        var prepared = new List<PreparedCase>();
        foreach (var one in LoadCase.Wanted(options))
        {
            Say($"preparing {one.Name}");
            prepared.Add(await PreparedCase.MakeAsync(one, servers, data, cancellationToken));
        }
        var rounds = prepared.ToDictionary(one => one.Case.Name, _ => new List<Measurement>());
        for (var round = 1 - WarmUps; round <= options.Rounds; round++)
            foreach (var one in prepared)
            {
                var measured = await one.MeasureAsync(cloud, round > 0 ? options.Seconds : Math.Max(options.Seconds, WarmUpSeconds), cancellationToken);
                Say($"{(round <= 0 ? "warm-up" : $"round {round}")}: {one.Case.Name}: {measured.Load.PerSecond:0}/s");
                if (round > 0) rounds[one.Case.Name].Add(measured);
            }
        return [.. prepared.Select(one => CaseFigures.Of(one.Case.Name, rounds[one.Case.Name], one.Case.Baseline, rounds[one.Case.Baseline]))];
    }

    /// <summary>Beside the results, so that these can go into a file.</summary>
    static void Say(string text) => Console.Error.WriteLine(text);
}
