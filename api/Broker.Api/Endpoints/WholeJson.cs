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
    public static IResult Of<T>(T value) => new Written<T>(value);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = ContentType;
        httpContext.Response.ContentLength = document.Length;
        return httpContext.Response.Body.WriteAsync(document, CancellationToken.None).AsTask();
    }

    /// <summary>Goes straight into the memory that the server sends from: an answer's own bytes would be the larger part of what a request allocates.</summary>
    sealed class Written<T>(T value) : IResult
    {
        static readonly JsonWriterOptions AsTheApiWrites = new() { Encoder = Wire.Options.Encoder, SkipValidation = true };

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = ContentType;
            using var json = new Utf8JsonWriter(response.BodyWriter, AsTheApiWrites);
            JsonSerializer.Serialize(json, value, Wire.Options);
            // Nothing is sent before it is flushed from there, too.
            json.Flush();
            response.ContentLength = json.BytesCommitted;
            return response.BodyWriter.FlushAsync(CancellationToken.None).AsTask();
        }
    }
}
