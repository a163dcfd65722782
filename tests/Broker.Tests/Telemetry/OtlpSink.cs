using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Broker.Tests.Telemetry;

/// <summary>Takes what exporters send by OTLP over HTTP, as a collector does.</summary>
sealed class OtlpSink : IAsyncDisposable
{
    readonly WebApplication _app;

    OtlpSink(WebApplication app) => _app = app;

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    /// <summary>The bodies of all that came, whatever it was.</summary>
    public ConcurrentQueue<byte[]> Bodies { get; } = new();

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

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task<IResult> TakeAsync(HttpRequest request, string signal)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Bodies.Enqueue(body.ToArray());
        if (signal == "traces") foreach (var span in OtlpSpan.In(body.ToArray())) Spans.Enqueue(span);
        return Results.Bytes([], "application/x-protobuf");
    }
}
