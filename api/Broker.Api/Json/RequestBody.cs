using System.Text.Json;
using Broker.Api.Calls;

namespace Broker.Api.Json;

/// <summary>Reads a call's body strictly: what is not understood is refused, and the refusal names it.</summary>
static class RequestBody
{
    const int MaxDepth = 32;

    /// <exception cref="BrokerException"><see cref="ErrorCode.UnsupportedMediaType"/> or <see cref="ErrorCode.InvalidRequest"/>.</exception>
    public static T Read<T>(HttpContext context) => (T)Read(context, _ => typeof(T));

    /// <summary>The same, where the document itself tells what it is.</summary>
    public static object Read(HttpContext context, Func<JsonElement, Type> choose)
    {
        if (!IsJson(context.Request.ContentType)) throw new BrokerException(ErrorCode.UnsupportedMediaType, "Content-Type must be application/json in UTF-8.");
        using var document = Parse(context.Call().Body);
        var (type, errors) = Judge(document.RootElement, choose);
        if (errors.Count > 0) throw BrokerException.Invalid(errors);
        return document.RootElement.Deserialize(type, Wire.Options)!;
    }

    /// <summary>For calls that take nothing: the body is empty, whatever its type says, or an empty object.</summary>
    public static void DemandNone(HttpContext context)
    {
        if (context.Call().Body.Length > 0) Read<Nothing>(context);
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
        if (contentType == "application/json") return true;
        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)) return false;
        var utf8 = type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        return utf8 && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase);
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
}
