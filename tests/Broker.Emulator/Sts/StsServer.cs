using System.Globalization;
using System.Text.Json;
using Broker.Emulator.Control;
using Broker.Emulator.State;

namespace Broker.Emulator.Sts;

/// <summary>STS's address: takes a request apart, answers it, counts it.</summary>
sealed class StsServer(World world)
{
    static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task AnswerAsync(HttpContext context)
    {
        var requestId = Guid.NewGuid().ToString().ToUpperInvariant();
        var incoming = await Incoming.ReadAsync(context);
        var operation = incoming is null ? "Malformed" : Operation(incoming);
        string? code = null;
        try
        {
            if (incoming is null) throw new StsError(400, "InvalidParameter", "The request target is malformed.");
            var fault = world.Faults.Take(operation);
            if (fault is not null && await FailAsync(context, fault, requestId))
            {
                code = fault.Code ?? "";
                return;
            }
            var call = StsAuthentication.Verify(world, incoming);
            await WriteAsync(context, 200, StsOperations.Run(world, call, requestId));
        }
        catch (StsError e)
        {
            code = e.Code;
            await RefuseAsync(context, e.Status, e.Code, e.Message, e.RetryAfterMs, requestId);
        }
        catch (OperationCanceledException) { code = "Aborted"; }
        finally
        {
            world.Counters.Count(operation, code is null);
            if (incoming is not null)
                world.Requests.Add(new(world.Now, operation, context.Request.Method, incoming.Target, incoming.HeaderMap, TryForm(incoming), context.Response.StatusCode, code));
        }
    }

    static string Operation(Incoming incoming)
    {
        var name = incoming.Request.Header("x-acs-action") ?? incoming.Request.Parameter("Action") ?? TryForm(incoming).GetValueOrDefault("Action");
        return name is { Length: > 0 } && name.All(char.IsAsciiLetterOrDigit) ? name : "Malformed";
    }

    static Dictionary<string, string> TryForm(Incoming incoming)
    {
        try { return StsAuthentication.FormMap(incoming); }
        catch (StsError) { return []; }
    }

    /// <summary>Waits and answers as the fault says; false when the normal answer is to follow.</summary>
    async Task<bool> FailAsync(HttpContext context, Fault fault, string requestId)
    {
        if (fault.LatencyMs > 0) await Task.Delay(TimeSpan.FromMilliseconds(fault.LatencyMs), world.Clock, context.RequestAborted);
        if (fault.Status is not { } status) return false;
        if (fault.Body is null)
        {
            await RefuseAsync(context, status, fault.Code ?? "", "A fault that was asked for.", fault.RetryAfterMs, requestId);
            return true;
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync(fault.Body, context.RequestAborted);
        return true;
    }

    static Task RefuseAsync(HttpContext context, int status, string code, string message, int retryAfterMs, string requestId)
    {
        if (retryAfterMs > 0) context.Response.Headers["x-acs-retry-after"] = retryAfterMs.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, status, new { RequestId = requestId, HostId = context.Request.Host.Value, Code = code, Message = message, Recommend = "" });
    }

    static Task WriteAsync(HttpContext context, int status, object answer)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, Json, context.RequestAborted);
    }
}
