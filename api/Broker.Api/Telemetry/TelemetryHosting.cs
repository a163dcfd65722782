using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Broker.Api.Telemetry;

/// <summary>Metrics on the management address; metrics and traces by OTLP when the standard <c>OTEL_*</c> variables say where to.</summary>
static class TelemetryHosting
{
    static readonly double[] Short = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5, 10];
    static readonly double[] Lives = [60, 300, 600, 960, 1800, 2700, 3600, 7200, 14400, 28800, 43200];

    static readonly string[] OtlpVariables =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    public static void AddBrokerTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiTelemetry>();
        var otlp = OtlpVariables.Any(name => !string.IsNullOrEmpty(builder.Configuration[name]));
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("broker"))
            .WithMetrics(metrics => AddMetrics(metrics, otlp))
            .WithTracing(tracing => AddTraces(tracing, otlp));
    }

    static void AddMetrics(MeterProviderBuilder metrics, bool otlp)
    {
        metrics.AddMeter("Broker", "Microsoft.Orleans").AddAspNetCoreInstrumentation()
            .AddView("broker.sts.call.duration", Buckets(Short))
            .AddView("broker.sts.budget.wait.duration", Buckets(Short))
            .AddView("broker.cluster.handshake.duration", Buckets(Short))
            .AddView("broker.credential.remaining", Buckets(Lives))
            .AddPrometheusExporter();
        if (otlp) metrics.AddOtlpExporter();
    }

    static void AddTraces(TracerProviderBuilder tracing, bool otlp)
    {
        tracing.AddSource("Broker", "Microsoft.Orleans.Application").AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddProcessor<SecretPaths>();
        if (otlp) tracing.AddOtlpExporter();
    }

    static ExplicitBucketHistogramConfiguration Buckets(double[] boundaries) => new() { Boundaries = boundaries };
}
