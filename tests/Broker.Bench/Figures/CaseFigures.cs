namespace Broker.Bench.Figures;

/// <summary>A case over all rounds, beside what it is compared with in the same rounds.</summary>
/// <param name="Name">The case.</param>
/// <param name="Baseline">The case that it is compared with.</param>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="Ratio">The same as a part of the baseline's.</param>
/// <param name="Processor">Microseconds of processor time for each request.</param>
/// <param name="ProcessorRatio">The same over the baseline's.</param>
/// <param name="P50">Median latency in milliseconds.</param>
/// <param name="P99">Latency in milliseconds that one of a hundred is above.</param>
/// <param name="P999">Latency in milliseconds that one of a thousand is above.</param>
/// <param name="P99Ratio">The 99th percentile over the baseline's.</param>
/// <param name="Requests">All requests.</param>
/// <param name="AssumeRoles">All calls of AssumeRole.</param>
/// <param name="Errors">All requests that were not answered well.</param>
sealed record CaseFigures(
    string Name, string Baseline, Series PerSecond, Series Ratio, Series Processor, Series ProcessorRatio,
    Series P50, Series P99, Series P999, Series P99Ratio, long Requests, long AssumeRoles, long Errors)
{
    /// <summary>One error is one too many: what it did not do it did fast.</summary>
    public bool Failed => Errors > 0 || Requests == 0;

    public static CaseFigures Of(string name, IReadOnlyList<Measurement> rounds, string baseline, IReadOnlyList<Measurement> baselineRounds)
    {
        Series Own(Func<Measurement, double> figure) => new([.. rounds.Select(figure)]);
        Series Ratio(Func<Measurement, double> figure) => Own(figure).Over(new([.. baselineRounds.Select(figure)]));
        return new(
            name, baseline, Own(m => m.Load.PerSecond), Ratio(m => m.Load.PerSecond), Own(m => m.ProcessorPerRequest), Ratio(m => m.ProcessorPerRequest),
            Own(m => m.Load.P50 / 1000), Own(m => m.Load.P99 / 1000), Own(m => m.Load.P999 / 1000), Ratio(m => m.Load.P99),
            rounds.Sum(m => m.Load.Requests), rounds.Sum(m => m.AssumeRoles), rounds.Sum(m => m.Load.Errors));
    }
}
