using System.Text.Json;

namespace Broker.Api.Json;

/// <summary>Reads a request's body strictly: what is not understood is refused, and the refusal names it.</summary>
static class RequestBody
{
    /// <summary>Bodies are at most this long, in bytes; those that sign many URLs at once may be longer.</summary>
    public const int MaxBytes = 256 * 1024, MaxBatchBytes = 2 * 1024 * 1024;

    const int MaxDepth = 32;

    /// <exception cref="BrokerException">
    /// <see cref="ErrorCode.UnsupportedMediaType"/>, <see cref="ErrorCode.TooLarge"/> or <see cref="ErrorCode.InvalidRequest"/>.
    /// </exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request) => (T)await ReadAsync(request, _ => typeof(T), MaxBytes);

    /// <summary>The same, where the document itself tells what it is.</summary>
    public static async Task<object> ReadAsync(HttpRequest request, Func<JsonElement, Type> choose, int maxBytes)
    {
        if (!IsJson(request.ContentType)) throw new BrokerException(ErrorCode.UnsupportedMediaType, "Content-Type must be application/json in UTF-8.");
        var body = await ReadBytesAsync(request, maxBytes);
        using var document = Parse(body);
        var (type, errors) = Judge(document.RootElement, choose);
        if (errors.Count > 0) throw BrokerException.Invalid(errors);
        return document.RootElement.Deserialize(type, Wire.Options)!;
    }

    /// <summary>For calls that take nothing: an empty body or an empty object, and no query.</summary>
    public static async Task DemandNoneAsync(HttpRequest request)
    {
        Endpoints.Queries.DemandQuery(request);
        if (request.ContentLength is null or 0 && request.ContentType is null) return;
        await ReadAsync<Nothing>(request);
    }

    /// <summary>An object without fields.</summary>
    sealed record Nothing;

    static (Type Type, Dictionary<string, string[]> Errors) Judge(JsonElement document, Func<JsonElement, Type> choose)
    {
        try
        {
            var type = choose(document);
            return (type, StrictShape.Errors(document, type, Wire.Options));
        }
        // A field's name that holds half a surrogate pair cannot even be read.
        catch (InvalidOperationException) { throw BrokerException.Invalid("body", "has a field whose name is not well-formed Unicode"); }
    }

    static bool IsJson(string? contentType)
    {
        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)) return false;
        var utf8 = type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        return utf8 && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase);
    }

    static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, int maxBytes)
    {
        try { return await ReadAllAsync(request, maxBytes); }
        // Kestrel tells of a chunk's size beyond all numbers as of a failure of its own.
        catch (IOException e) when (e is not BadHttpRequestException) { throw BrokerException.Invalid("body", "is broken off, or not sent as HTTP says"); }
    }

    static async Task<ReadOnlyMemory<byte>> ReadAllAsync(HttpRequest request, int maxBytes)
    {
        if (request.ContentLength > maxBytes) throw TooLarge(maxBytes);
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[8192];
        for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
        {
            if (body.Length + read > maxBytes) throw TooLarge(maxBytes);
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try { return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth }); }
        catch (JsonException e)
        {
            // The exception's own message can quote the body.
            throw BrokerException.Invalid("body", $"is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}, or nested deeper than {MaxDepth}");
        }
    }

    static BrokerException TooLarge(int maxBytes) => new(ErrorCode.TooLarge, $"The body must have at most {maxBytes} bytes.");
}
