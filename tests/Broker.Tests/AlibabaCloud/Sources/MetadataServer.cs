using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Broker.Tests.AlibabaCloud.Sources;

/// <summary>ECS's metadata service, at its own address: of an instance with the role <c>broker-ecs</c>.</summary>
sealed class MetadataServer : IAsyncDisposable
{
    const string Token = "metadata-token", Roles = "/latest/meta-data/ram/security-credentials/";

    readonly WebApplication _app;

    MetadataServer(WebApplication app) => _app = app;

    /// <summary>Whether it hands out tokens, as version 2 does.</summary>
    public bool HasTokens { get; init; } = true;

    /// <summary>Whether it answers nobody without one.</summary>
    public bool DemandsTokens { get; init; }

    /// <summary>Whether the instance has a role.</summary>
    public bool HasRole { get; init; } = true;

    /// <summary>What it answers for the role; null: a session.</summary>
    public string? Document { get; init; }

    /// <summary>What was asked: the method and the path, and whether with a token.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    static async Task<MetadataServer> StartAsync(Func<WebApplication, MetadataServer> make)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{InstanceFactAttribute.Address}:80");
        var app = builder.Build();
        var server = make(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public static Task<MetadataServer> StartAsync(bool tokens, bool demanded, bool role = true, string? document = null) =>
        StartAsync(app => new(app) { HasTokens = tokens, DemandsTokens = demanded, HasRole = role, Document = document });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    Task AnswerAsync(HttpContext context)
    {
        var (request, path) = (context.Request, context.Request.Path.Value!);
        var token = request.Headers["X-aliyun-ecs-metadata-token"].ToString();
        Asked.Enqueue($"{request.Method} {path}{(token.Length > 0 ? " with a token" : "")}");
        if (path == "/latest/api/token") return Answer(context, HasTokens && request.Method == "PUT" && request.Headers["X-aliyun-ecs-metadata-token-ttl-seconds"] == "21600" ? Token : null, 404);
        if (token.Length > 0 ? token != Token : DemandsTokens) return Answer(context, null, 403);
        if (!HasRole || request.Method != "GET") return Answer(context, null, 404);
        var session = $$"""{"Code":"Success","AccessKeyId":"STS.ecs","AccessKeySecret":"s","SecurityToken":"t","Expiration":"{{TimeProvider.System.GetUtcNow().AddHours(6):yyyy-MM-ddTHH:mm:ssZ}}"}""";
        return Answer(context, path switch { Roles => "broker-ecs", $"{Roles}broker-ecs" => Document ?? session, _ => null }, 404);
    }

    static Task Answer(HttpContext context, string? text, int otherwise)
    {
        if (text is null) context.Response.StatusCode = otherwise;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text ?? "");
    }
}
