using System.Globalization;
using Broker.Cluster;

namespace Broker.Bench;

/// <summary>The command line: <c>[--rounds N] [--seconds N] [--cases a,b] [--json FILE] [--large] [--twice]</c>.</summary>
sealed record BenchOptions(int Rounds, int Seconds, IReadOnlyList<string> Cases, string Json, bool Large, bool Twice)
{
    const string Usage = "usage: tests/bench [--rounds N] [--seconds N] [--cases a,b] [--json FILE] [--large] [--twice]";

    static readonly BenchOptions Defaults = new(5, 5, [], Path.Combine(Repository.Root, "tests", "bench.json"), false, false);

    /// <summary>Whether the case is to be run.</summary>
    public bool Wants(string name) => Cases.Count == 0 ? Large || name is not (CaseNames.Broker100000 or CaseNames.ScaleSqlite or CaseNames.ScalePostgres) : Cases.Contains(name);

    /// <exception cref="ArgumentException">An option is unknown or its value is none. The message names it.</exception>
    public static BenchOptions Parse(string[] args)
    {
        var options = Defaults;
        var left = new Queue<string>(args);
        while (left.TryDequeue(out var option))
            options = option switch
            {
                "--large" => options with { Large = true },
                "--twice" => options with { Twice = true },
                "--rounds" => options with { Rounds = Count(option, left) },
                "--seconds" => options with { Seconds = Count(option, left) },
                "--cases" => options with { Cases = Known(Value(option, left).Split(',')) },
                "--json" => options with { Json = Value(option, left) },
                "--help" or "-h" => throw new ArgumentException($"{Usage}\ncases: {string.Join(' ', CaseNames.All)}"),
                _ => throw new ArgumentException($"{option} is no option.\n{Usage}"),
            };
        return options;
    }

    static string[] Known(string[] names) =>
        names.FirstOrDefault(name => !CaseNames.All.Contains(name)) is { } unknown
            ? throw new ArgumentException($"--cases: '{unknown}' is none. Cases: {string.Join(' ', CaseNames.All)}") : names;

    static string Value(string option, Queue<string> left) =>
        left.TryDequeue(out var value) ? value : throw new ArgumentException($"{option} needs a value.\n{Usage}");

    static int Count(string option, Queue<string> left) =>
        int.TryParse(Value(option, left), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count : throw new ArgumentException($"{option} must be a whole number above 0.\n{Usage}");
}
