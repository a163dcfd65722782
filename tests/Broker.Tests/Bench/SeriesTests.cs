using Broker.Bench.Figures;

namespace Broker.Tests.Bench;

public class SeriesTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3)]
    [InlineData(new[] { 5.0, 1, 3 }, 3)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2.5)]
    public void The_median_is_the_middle_one(double[] rounds, double median) => Assert.Equal(median, new Series(rounds).Median);

    [Fact]
    public void The_spread_is_the_widest_distance_as_a_part_of_the_median()
    {
        var series = new Series([9, 10, 12]);
        Assert.Equal(0.3, series.Spread, 12);
        Assert.False(series.IsSteady);
    }

    [Fact]
    public void Rounds_within_15_percent_are_steady() => Assert.True(new Series([100, 110, 115]).IsSteady);

    [Fact]
    public void One_round_is_steady_and_so_is_a_figure_that_is_always_zero()
    {
        Assert.True(new Series([7]).IsSteady);
        Assert.True(new Series([0, 0, 0]).IsSteady);
    }

    [Fact]
    public void A_ratio_is_taken_round_by_round() =>
        // The medians' own ratio would be 1.
        Assert.Equal([0.5, 1, 0.25], new Series([10, 20, 30]).Over(new([20, 20, 120])).Rounds);
}
