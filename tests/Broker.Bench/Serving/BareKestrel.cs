namespace Broker.Bench.Serving;

/// <summary>
/// The limit: Kestrel with routes of a minimal API, which answers the bytes that the broker has answered to the same request.
/// </summary>
static class BareKestrel
{
    public const string Name = "kestrel";

    /// <param name="app">Where it is mapped.</param>
    /// <param name="directory">The recorded answers, each in a file that is named after what was asked.</param>
    public static void Map(WebApplication app, string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory)) Map(app, Path.GetFileName(file), RecordedAnswer.Read(file));
    }

    static void Map(WebApplication app, string ask, RecordedAnswer answer)
    {
        var headers = answer.Headers.ToArray();
        app.MapMethods($"/v1/tenants/{{tenant}}/roles/{{role}}/{ask}", ["GET", "POST"], async context =>
        {
            // Whoever answers a POST has read it.
            if (HttpMethods.IsPost(context.Request.Method)) await context.Request.Body.CopyToAsync(Stream.Null);
            foreach (var (name, value) in headers) context.Response.Headers[name] = value;
            context.Response.ContentLength = answer.Body.Length;
            await context.Response.Body.WriteAsync(answer.Body);
        });
    }
}
