namespace Broker.Bench.Figures;

/// <summary>All that one run has found.</summary>
/// <param name="Head">On what, and how.</param>
/// <param name="Cases">The cases under load.</param>
/// <param name="Comparisons">The broker beside the guide's samples.</param>
/// <param name="Herd">The cold herds; null: not run.</param>
/// <param name="Count">The count of AssumeRole; null: not run.</param>
/// <param name="Scale">Many roles, by database.</param>
sealed record BenchResults(
    Head Head, IReadOnlyList<CaseFigures> Cases, IReadOnlyList<Comparison> Comparisons, HerdFigures? Herd, CountFigures? Count,
    IReadOnlyList<ScaleFigures> Scale)
{
    /// <summary>The names of the cases that failed.</summary>
    public IEnumerable<string> Failures => Cases.Where(one => one.Failed).Select(one => one.Name)
        .Concat(Herd is { Failed: true } ? [CaseNames.ColdHerd] : []).Concat(Count is { Failed: true } ? [CaseNames.AssumeRoleCount] : [])
        .Concat(Scale.Where(one => one.Failed).Select(one => one.Name));

    /// <summary>The cases whose ratio is another in a second run, beyond what is steady, with both.</summary>
    public IEnumerable<(string Name, double First, double Second)> DriftTo(BenchResults second) =>
        from one in Cases
        join two in second.Cases on one.Name equals two.Name
        let ratios = new Series([one.Ratio.Median, two.Ratio.Median])
        where !ratios.IsSteady
        select (one.Name, ratios.Rounds[0], ratios.Rounds[1]);
}

/// <summary>How many times as many requests as another case one case answers.</summary>
sealed record Comparison(string Case, string Other, Series Times)
{
    static readonly string[] Samples = [CaseNames.SampleCSharp0, CaseNames.SampleCSharp50, CaseNames.SampleNode];

    /// <summary>The broker beside each sample that was run.</summary>
    public static IReadOnlyList<Comparison> Among(IReadOnlyList<CaseFigures> cases) =>
        cases.FirstOrDefault(one => one.Name == CaseNames.Broker) is not { } broker ? []
            : [.. cases.Where(one => Samples.Contains(one.Name)).Select(sample => new Comparison(broker.Name, sample.Name, broker.PerSecond.Over(sample.PerSecond)))];
}
