using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Broker.Tests.Telemetry;

/// <summary>Takes what exporters send by OTLP over HTTP, as a collector does.</summary>
sealed class OtlpSink : IAsyncDisposable
{
    readonly WebApplication _app;

    OtlpSink(WebApplication app) => _app = app;

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    /// <summary>The bodies of all that came, by signal: <c>logs</c>, <c>traces</c>, <c>metrics</c>.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<byte[]>> Bodies { get; } = new();

    /// <summary>What a broker needs to be told.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    public static async Task<OtlpSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sink = new OtlpSink(builder.Build());
        sink._app.MapPost("/v1/{signal}", sink.TakeAsync);
        await sink._app.StartAsync();
        return sink;
    }

    /// <summary>Has a broker send what it still holds.</summary>
    public static void Flush(IServiceProvider broker)
    {
        Assert.True(broker.GetRequiredService<TracerProvider>().ForceFlush());
        Assert.True(broker.GetRequiredService<LoggerProvider>().ForceFlush());
        // What it answers is of the Prometheus reader too, which has nowhere to flush to.
        broker.GetRequiredService<MeterProvider>().ForceFlush();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task<IResult> TakeAsync(HttpRequest request, string signal)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Bodies.GetOrAdd(signal, _ => new()).Enqueue(body.ToArray());
        if (signal == "traces") foreach (var span in OtlpSpan.In(body.ToArray())) Spans.Enqueue(span);
        return Results.Bytes([], "application/x-protobuf");
    }
}
