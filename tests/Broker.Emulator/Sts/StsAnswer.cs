using System.Globalization;
using System.Text.Json;
using Broker.Emulator.Control;

namespace Broker.Emulator.Sts;

/// <summary>What STS answers.</summary>
/// <param name="Status">The status.</param>
/// <param name="Code">The error code; null when the call is granted.</param>
/// <param name="Body">A document, or a text in its place.</param>
/// <param name="RetryAfterMs">The header <c>x-acs-retry-after</c>; 0: none.</param>
sealed record StsAnswer(int Status, string? Code, object Body, int RetryAfterMs = 0)
{
    static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static StsAnswer Of(Fault fault, HttpContext context, string requestId) => fault.Body is { } text
        ? new(fault.Status!.Value, fault.Code ?? "", text, fault.RetryAfterMs)
        : Refusal(context, fault.Status!.Value, fault.Code ?? "", "A fault that was asked for.", fault.RetryAfterMs, requestId);

    public static StsAnswer Refusal(HttpContext context, int status, string code, string message, int retryAfterMs, string requestId) =>
        new(status, code, new { RequestId = requestId, HostId = context.Request.Host.Value, Code = code, Message = message, Recommend = "" }, retryAfterMs);

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (RetryAfterMs > 0) context.Response.Headers["x-acs-retry-after"] = RetryAfterMs.ToString(CultureInfo.InvariantCulture);
        if (Body is not string text) return context.Response.WriteAsJsonAsync(Body, Json, context.RequestAborted);
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
