using System.Globalization;
using Broker.Bench.Figures;

namespace Broker.Bench.Reporting;

/// <summary>The results for people. Pure.</summary>
static class TableText
{
    static readonly string[] Columns = ["case", "req/s", "ratio", "of", "spread", "CPU us", "CPU ratio", "p50 ms", "p99 ms", "p99.9 ms", "p99 ratio", "AssumeRole", "errors", ""];

    public static string Of(BenchResults results) => string.Join('\n', Lines(results));

    static IEnumerable<string> Lines(BenchResults results)
    {
        var head = results.Head;
        yield return $"{head.Processor}, {head.Processors} processors; {head.Runtime}; commit {head.Commit}; {head.Rounds} rounds of {head.Seconds} s; medians";
        foreach (var line in head.Method) yield return line;
        yield return "";
        foreach (var line in Aligned([Columns, .. results.Cases.Select(Cells)])) yield return line;
        yield return "";
        foreach (var comparison in results.Comparisons)
            yield return $"{comparison.Case} answers {Number(comparison.Times.Median)} times as many requests as {comparison.Other}{Unsteady(comparison.Times)}";
        if (results.Herd is { } herd) yield return Text(herd);
        if (results.Count is { } count) yield return Text(count);
        foreach (var line in results.Scale.SelectMany(Lines)) yield return line;
        if (results.Failures.ToArray() is { Length: > 0 } failures) yield return $"FAILED: {string.Join(", ", failures)}";
    }

    static string[] Cells(CaseFigures one) =>
    [
        one.Name, Number(one.PerSecond.Median), Number(one.Ratio.Median), one.Baseline, one.Ratio.Spread.ToString("P0", CultureInfo.InvariantCulture),
        Number(one.Processor.Median), Number(one.ProcessorRatio.Median), Number(one.P50.Median), Number(one.P99.Median), Number(one.P999.Median),
        Number(one.P99Ratio.Median), $"{one.AssumeRoles}", $"{one.Errors}", one.Failed ? "FAILED" : one.Ratio.IsSteady ? "" : "unsteady",
    ];

    static string Text(HerdFigures herd) =>
        $"{CaseNames.ColdHerd}: {herd.Callers} callers at once of {herd.Roles} cold roles: all answered in {Number(herd.Milliseconds.Median)} ms{Unsteady(herd.Milliseconds)}; "
        + $"AssumeRole calls per role: {Number(herd.CallsPerRole.Rounds.Max())}";

    static string Text(CountFigures count) =>
        $"{CaseNames.AssumeRoleCount}: broker: {count.BrokerCalls} calls for {count.BrokerRequests} requests on {count.Roles} roles; "
        + $"sample-csharp: {count.SampleCalls} calls for {count.SampleRequests} requests and those under way at the end, which makes {count.SampleCallsExtrapolated:0} for {count.Requests} (extrapolated)";

    static IEnumerable<string> Lines(ScaleFigures scale)
    {
        var (filled, warmed, pages) = (scale.Filled, scale.Warmed, scale.Filled.PageMilliseconds.Rounds);
        yield return $"{scale.Name}: {scale.Roles} roles: {Number(filled.RolesPerSecond)} made per second, {Number(filled.RenewalsPerSecond)} renewed per second, {Number(warmed.BytesPerRole.Median / 1024)} KB each, idle";
        yield return $"    warmed from what is stored: {Number(warmed.RolesPerSecond.Median)} per second, {Number(warmed.Ratio.Median)} of the rate of empty grains{Unsteady(warmed.Ratio)}; AssumeRole calls: {scale.AssumeRoles}";
        yield return $"    {scale.Roles} tenants: {Number(filled.TenantsPerSecond)} made per second; a page of the list in {Number(filled.PageMilliseconds.Median)} ms, the first in {Number(pages[0])} ms, the last in {Number(pages[^1])} ms";
    }

    static string Unsteady(Series series) => series.IsSteady ? "" : " (unsteady)";

    static IEnumerable<string> Aligned(string[][] rows)
    {
        var widths = Columns.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => column is 0 or 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    /// <summary>About three digits that count, or all before the point.</summary>
    static string Number(double value) => value.ToString(value switch { >= 100 => "0", >= 10 => "0.0", >= 0.1 => "0.00", _ => "0.0000" }, CultureInfo.InvariantCulture);
}
