using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Broker.Api.Telemetry;

/// <summary>Metrics on the management address; metrics, traces and the log by OTLP when the standard <c>OTEL_*</c> variables say where to.</summary>
static class TelemetryHosting
{
    static readonly double[] Short = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5, 10];
    static readonly double[] Lives = [60, 300, 600, 960, 1800, 2700, 3600, 7200, 14400, 28800, 43200];

    public static void AddBrokerTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiTelemetry>();
        builder.Services.AddSingleton<IHealthCheckPublisher, DegradedGauge>();
        builder.Services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("broker"))
            .WithMetrics(metrics => AddMetrics(metrics, IsExported(builder.Configuration, "METRICS")))
            .WithTracing(tracing => AddTraces(tracing, ExportsTraces(builder.Configuration)));
        if (IsExported(builder.Configuration, "LOGS")) telemetry.WithLogging(logging => logging.AddOtlpExporter(), options => options.IncludeFormattedMessage = true);
        builder.Logging.AddConsoleFormatter<TracedJson, ConsoleFormatterOptions>();
        // People read the console in Development, programs elsewhere.
        if (!builder.Environment.IsDevelopment()) builder.Configuration["Logging:Console:FormatterName"] ??= TracedJson.FormatterName;
    }

    /// <summary>Whether traces go anywhere.</summary>
    internal static bool ExportsTraces(IConfiguration configuration) => IsExported(configuration, "TRACES");

    static bool IsExported(IConfiguration configuration, string signal) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);

    static void AddMetrics(MeterProviderBuilder metrics, bool otlp)
    {
        metrics.AddMeter("Broker", "Microsoft.Orleans", "System.Runtime").AddAspNetCoreInstrumentation()
            // Three updates with each request, of what its duration tells, too; and four with the memory that Kestrel lends, which nobody reads.
            .AddView("aspnetcore.routing.match_attempts", MetricStreamConfiguration.Drop)
            .AddView("http.server.active_requests", MetricStreamConfiguration.Drop)
            .AddView("aspnetcore.memory_pool.*", MetricStreamConfiguration.Drop)
            .AddView("broker.sts.call.duration", Buckets(Short))
            .AddView("broker.sts.budget.wait.duration", Buckets(Short))
            .AddView("broker.storage.operation.duration", Buckets(Short))
            .AddView("broker.cluster.handshake.duration", Buckets(Short))
            .AddView("broker.credential.remaining", Buckets(Lives))
            .AddPrometheusExporter();
        if (otlp) metrics.AddOtlpExporter();
    }

    static void AddTraces(TracerProviderBuilder tracing, bool otlp)
    {
        // Spans that nobody takes cost a fifth of each request.
        if (otlp) AddSources(tracing).AddOtlpExporter();
    }

    /// <summary>What is traced, without what must not be seen.</summary>
    internal static TracerProviderBuilder AddSources(TracerProviderBuilder tracing) =>
        tracing.AddSource("Broker", "Microsoft.Orleans.Application", "Microsoft.Orleans.Lifecycle").AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddProcessor<SecretPaths>();

    static ExplicitBucketHistogramConfiguration Buckets(double[] boundaries) => new() { Boundaries = boundaries };
}
