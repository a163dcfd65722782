using Broker.Bench;
using Broker.Bench.Cases;
using Broker.Bench.Figures;
using Broker.Bench.Reporting;

namespace Broker.Tests.Bench;

public class ResultsTests
{
    static readonly Head Head = new("cpu", 2, ".NET", "abc", default, 3, 1, ["how"]);

    static Measurement Round(long requests, long errors = 0) =>
        new(new(requests, 1_000_000, errors, 0, 1000, 2000, 3000), TimeSpan.FromMilliseconds(200), 0);

    static CaseFigures Figures(string name, params Measurement[] rounds) => CaseFigures.Of(name, rounds, CaseNames.Kestrel, [.. rounds.Select(_ => Round(10_000))]);

    static BenchResults Results(params CaseFigures[] cases) => new(Head, cases, Comparison.Among(cases), null, null, []);

    [Fact]
    public void A_case_stands_beside_the_same_rounds_of_its_baseline()
    {
        var figures = CaseFigures.Of("broker", [Round(4000), Round(9000), Round(5000)], "kestrel", [Round(8000), Round(10_000), Round(10_000)]);
        Assert.Equal([0.5, 0.9, 0.5], figures.Ratio.Rounds);
        Assert.Equal((5000, 0.5, 40), (figures.PerSecond.Median, figures.Ratio.Median, figures.Processor.Median));
        Assert.Equal((1, 2, 3, 1), (figures.P50.Median, figures.P99.Median, figures.P999.Median, figures.P99Ratio.Median));
    }

    [Fact]
    public void One_answer_with_an_error_fails_the_case_and_the_table_says_so()
    {
        var results = Results(Figures("broker", Round(9000), Round(9000, errors: 1)), Figures("forms", Round(9000)));
        Assert.Equal(["broker"], results.Failures);
        Assert.Contains("FAILED: broker", TableText.Of(results), StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_without_any_answer_has_failed() => Assert.True(Figures("broker", Round(0)).Failed);

    [Fact]
    public void The_table_marks_cases_whose_rounds_lie_apart()
    {
        var lines = TableText.Of(Results(Figures("broker", Round(5000), Round(9000)), Figures("forms", Round(9000), Round(9100)))).Split('\n');
        Assert.EndsWith("unsteady", lines.Single(line => line.StartsWith("broker ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("unsteady", lines.Single(line => line.StartsWith("forms ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_broker_stands_beside_the_samples_that_were_run()
    {
        var comparison = Assert.Single(Results(Figures(CaseNames.Broker, Round(9000)), Figures(CaseNames.SampleCSharp50, Round(300)), Figures("forms", Round(1))).Comparisons);
        Assert.Equal((CaseNames.SampleCSharp50, 30), (comparison.Other, comparison.Times.Median));
    }

    [Fact]
    public void A_second_run_names_the_ratios_that_it_does_not_confirm()
    {
        var first = Results(Figures("broker", Round(9000)), Figures("forms", Round(5000)));
        var second = Results(Figures("broker", Round(9300)), Figures("forms", Round(7000)));
        Assert.Equal([("forms", 0.5, 0.7)], first.DriftTo(second));
    }

    [Fact]
    public void A_herd_fails_where_a_role_was_minted_twice()
    {
        Assert.False(new HerdFigures(100, 1000, new([90]), new([1])).Failed);
        Assert.True(new HerdFigures(100, 1000, new([90, 90]), new([1, 1.01])).Failed);
    }

    [Fact]
    public void The_samples_calls_are_extrapolated_by_those_that_it_was_asked() =>
        Assert.Equal(100_000, new CountFigures(100, 120_000, 100, 1234, 1234, 100_000).SampleCallsExtrapolated);

    [Fact]
    public void A_case_brings_along_all_that_it_is_compared_with() =>
        Assert.Equal(
            [CaseNames.Kestrel, CaseNames.MetricsOff, CaseNames.Traced],
            LoadCase.Wanted(BenchOptions.Parse(["--cases", CaseNames.Traced])).Select(one => one.Name));

    [Theory]
    [InlineData("--rounds", "0")]
    [InlineData("--seconds", "x")]
    [InlineData("--cases", "broker,nothing")]
    [InlineData("--fast")]
    [InlineData("--json")]
    public void A_wrong_command_line_is_refused_by_name(params string[] args) =>
        Assert.Contains(args[0], Assert.Throws<ArgumentException>(() => BenchOptions.Parse(args)).Message, StringComparison.Ordinal);
}
