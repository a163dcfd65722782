namespace Broker.Bench.Serving;

/// <summary>The limit: Kestrel with one route of a minimal API, which answers the bytes that the broker has answered.</summary>
static class BareKestrel
{
    public const string Name = "kestrel";

    /// <param name="app">Where it is mapped.</param>
    /// <param name="file">The recorded answer.</param>
    public static void Map(WebApplication app, string file)
    {
        var answer = RecordedAnswer.Read(file);
        var headers = answer.Headers.ToArray();
        app.MapGet("/v1/tenants/{tenant}/roles/{role}/credentials", context =>
        {
            foreach (var (name, value) in headers) context.Response.Headers[name] = value;
            context.Response.ContentLength = answer.Body.Length;
            return context.Response.Body.WriteAsync(answer.Body, 0, answer.Body.Length);
        });
    }
}
