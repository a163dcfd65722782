using Broker.Api.Telemetry;
using Orleans.Runtime;

namespace Broker.Api.Problems;

/// <summary>Turns whatever fails into a problem document. Nothing of the request reaches the log.</summary>
sealed partial class FailureMiddleware(RequestDelegate next, ApiTelemetry telemetry, ILogger<FailureMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.ContentLength is null) await ExplainBareStatusAsync(context);
        }
        catch (Exception e) when (IsAbort(e, context)) { }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var failure = Translate(e);
            if (failure.Code == ProblemTable.InternalError) LogDefect(e, context);
            if (ProblemTable.Row(failure.Code).Status is 401 or 403) telemetry.Denied(failure.Code);
            context.Response.Clear();
            await Problem.WriteAsync(context, failure);
        }
    }

    /// <summary>Whether the caller has gone: nobody is there to be answered, and nothing of ours has failed.</summary>
    public static bool IsAbort(Exception failure, HttpContext context) =>
        failure is IOException and not BadHttpRequestException || (failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested);

    /// <summary>What callers are told of a failure.</summary>
    public static BrokerException Translate(Exception failure) => failure switch
    {
        _ when BrokerException.Within(failure) is { } expected => expected,
        BadHttpRequestException { StatusCode: 413 } => new(ErrorCode.TooLarge, "The body is longer than is accepted here."),
        BadHttpRequestException => new(ErrorCode.InvalidRequest, "The request is malformed."),
        OrleansException or TimeoutException or OperationCanceledException =>
            new(ErrorCode.Unavailable, "A part of the broker cannot be reached. Try again.") { RetryAfter = TimeSpan.FromSeconds(1) },
        _ => new(ProblemTable.InternalError, "The broker has failed. The trace id names the failure in its log."),
    };

    /// <summary>Routing answers 404, 405 and 415 without a body.</summary>
    static Task ExplainBareStatusAsync(HttpContext context) => context.Response.StatusCode switch
    {
        404 => Problem.WriteAsync(context, new(ErrorCode.NotFound, "There is no such address.")),
        405 => Problem.WriteAsync(context, new(ProblemTable.MethodNotAllowed, $"Allowed: {context.Response.Headers.Allow}.")),
        415 => Problem.WriteAsync(context, new(ErrorCode.UnsupportedMediaType, "Content-Type must be application/json.")),
        _ => Task.CompletedTask,
    };

    void LogDefect(Exception defect, HttpContext context)
    {
        using var trace = RequestTrace.Enter(context);
        LogFailed(defect);
    }

    [LoggerMessage(LogLevel.Error, "A request has failed.")]
    partial void LogFailed(Exception exception);
}
