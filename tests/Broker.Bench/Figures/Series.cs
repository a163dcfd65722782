namespace Broker.Bench.Figures;

/// <summary>One figure, round by round.</summary>
sealed record Series(IReadOnlyList<double> Rounds)
{
    /// <summary>Beyond it a figure says little.</summary>
    public const double WidestSpread = 0.15;

    /// <summary>The middle one; of an even number, the mean of the two in the middle.</summary>
    public double Median { get; } = MedianOf([.. Rounds.Order()]);

    /// <summary>How far the rounds lie apart, as a part of the median.</summary>
    public double Spread => Median == 0 ? 0 : (Rounds.Max() - Rounds.Min()) / Median;

    /// <summary>Whether the rounds agree.</summary>
    public bool IsSteady => Spread <= WidestSpread;

    /// <summary>This one over another, round by round.</summary>
    public Series Over(Series other) => new([.. Rounds.Zip(other.Rounds, (one, two) => one / two)]);

    static double MedianOf(double[] ordered) =>
        ordered.Length % 2 == 1 ? ordered[ordered.Length / 2] : (ordered[(ordered.Length / 2) - 1] + ordered[ordered.Length / 2]) / 2;
}
