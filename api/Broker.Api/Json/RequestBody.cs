using System.Text.Json;

namespace Broker.Api.Json;

/// <summary>Reads a request's body strictly: what is not understood is refused, and the refusal names it.</summary>
static class RequestBody
{
    /// <summary>Bodies are at most this long.</summary>
    public const int MaxBytes = 256 * 1024;

    const int MaxDepth = 32;

    /// <exception cref="BrokerException">
    /// <see cref="ErrorCode.UnsupportedMediaType"/>, <see cref="ErrorCode.TooLarge"/> or <see cref="ErrorCode.InvalidRequest"/>.
    /// </exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request)
    {
        if (!IsJson(request.ContentType)) throw new BrokerException(ErrorCode.UnsupportedMediaType, "Content-Type must be application/json in UTF-8.");
        var body = await ReadBytesAsync(request);
        using var document = Parse(body);
        var errors = Errors<T>(document.RootElement);
        if (errors.Count > 0) throw BrokerException.Invalid(errors);
        return document.RootElement.Deserialize<T>(Wire.Options)!;
    }

    static Dictionary<string, string[]> Errors<T>(JsonElement document)
    {
        try { return StrictShape.Errors(document, typeof(T), Wire.Options); }
        // A field's name that holds half a surrogate pair cannot even be read.
        catch (InvalidOperationException) { throw BrokerException.Invalid("body", "has a field whose name is not well-formed Unicode"); }
    }

    static bool IsJson(string? contentType)
    {
        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)) return false;
        var utf8 = type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        return utf8 && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase);
    }

    static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request)
    {
        if (request.ContentLength > MaxBytes) throw TooLarge();
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[8192];
        for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
        {
            if (body.Length + read > MaxBytes) throw TooLarge();
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

    static BrokerException TooLarge() => new(ErrorCode.TooLarge, $"The body must have at most {MaxBytes} bytes.");
}
