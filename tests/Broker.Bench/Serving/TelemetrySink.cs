namespace Broker.Bench.Serving;

/// <summary>Takes what comes by OTLP over HTTP, and forgets it.</summary>
static class TelemetrySink
{
    public const string Name = "sink";

    public static void Map(WebApplication app) => app.MapPost("/v1/{signal}", async context =>
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "application/x-protobuf";
    });
}
