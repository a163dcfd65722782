using System.Text.Json;

namespace Broker.Bench.Figures;

/// <summary>What wrk has measured, as <c>wrk/load.lua</c> prints it.</summary>
/// <param name="Requests">The answers.</param>
/// <param name="Microseconds">How long it took.</param>
/// <param name="Refused">The answers with an error's status.</param>
/// <param name="Broken">The connections that failed, and the requests without an answer in time.</param>
/// <param name="P50">The median latency in microseconds.</param>
/// <param name="P99">The latency that one of a hundred is above.</param>
/// <param name="P999">The latency that one of a thousand is above.</param>
sealed record WrkReport(long Requests, long Microseconds, long Refused, long Broken, double P50, double P99, double P999)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };

    public double PerSecond => Requests * 1e6 / Microseconds;

    public long Errors => Refused + Broken;

    /// <summary>Finds it in all that wrk prints.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public static WrkReport Parse(string output)
    {
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith('{')) ?? throw new InvalidOperationException($"wrk has not reported: {output}");
        try { return JsonSerializer.Deserialize<WrkReport>(line, Json)!; }
        catch (JsonException e) { throw new InvalidOperationException($"wrk's report cannot be read: {line}", e); }
    }
}
