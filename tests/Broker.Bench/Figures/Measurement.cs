namespace Broker.Bench.Figures;

/// <summary>One case in one round.</summary>
/// <param name="Load">What wrk has measured.</param>
/// <param name="Processor">The processor time of all processes of the server.</param>
/// <param name="AssumeRoles">The calls of AssumeRole that were granted meanwhile.</param>
sealed record Measurement(WrkReport Load, TimeSpan Processor, long AssumeRoles)
{
    /// <summary>Microseconds of processor time for each request.</summary>
    public double ProcessorPerRequest => Processor.TotalMicroseconds / Math.Max(1, Load.Requests);
}
