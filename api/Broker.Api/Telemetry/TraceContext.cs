namespace Broker.Api.Telemetry;

/// <summary>
/// Carries the trace of a request into the grains that it asks, where traces are exported. Without, each call of a grain would
/// take two filters and a context along for nobody.
/// </summary>
public static class TraceContext
{
    /// <summary>In a silo.</summary>
    public static ISiloBuilder AddTraceContext(this ISiloBuilder silo, IConfiguration configuration) =>
        TelemetryHosting.ExportsTraces(configuration) ? silo.AddActivityPropagation() : silo;

    /// <summary>In a client of silos.</summary>
    public static IClientBuilder AddTraceContext(this IClientBuilder client, IConfiguration configuration) =>
        TelemetryHosting.ExportsTraces(configuration) ? client.AddActivityPropagation() : client;
}
