using System.Text.Json;
using Broker.Api.Json;
using Broker.Api.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>JSON that is answered at once, with its length: the SDKs' clients are of many ages.</summary>
/// <param name="document">The body.</param>
sealed class WholeJson(byte[] document) : IResult
{
    const string ContentType = $"{RouteShape.Json}; charset=utf-8";

    /// <summary>The value as the API writes it.</summary>
    public static WholeJson Of<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, Wire.Options));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = ContentType;
        httpContext.Response.ContentLength = document.Length;
        return httpContext.Response.Body.WriteAsync(document, CancellationToken.None).AsTask();
    }
}
