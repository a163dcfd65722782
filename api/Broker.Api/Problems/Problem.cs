using System.Globalization;
using System.Text.Json.Serialization;
using Broker.Api.Telemetry;

namespace Broker.Api.Problems;

/// <summary>A failure as a caller reads it (RFC 9457).</summary>
/// <param name="Type">A URN that names the code.</param>
/// <param name="Title">What the code means.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Code">What programs go by.</param>
/// <param name="TraceId">Names the request wherever traces, the audit and the log tell of it.</param>
/// <param name="Errors">The rules that the input breaks, by field; left out when the failure is not about fields.</param>
/// <param name="StsCode">STS's own error code; left out when STS had no part in it.</param>
/// <param name="StsRequestId">STS's RequestId; left out when STS gave none.</param>
sealed record Problem(
    string Type, string Title, int Status, string Detail, string Code, string TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Dictionary<string, string[]>? Errors = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? StsCode = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? StsRequestId = null)
{
    /// <summary>The media type of problems.</summary>
    public const string MediaType = "application/problem+json";
    const int TooManyRequests = 429, Unavailable = 503;

    public static Problem Of(HttpContext context, BrokerException failure)
    {
        var (status, title) = ProblemTable.Row(failure.Code);
        return new($"urn:broker:error:{failure.Code}", title, status, failure.Message, failure.Code, RequestTrace.IdOf(context),
            failure.Errors.Count > 0 ? failure.Errors : null, failure.StsCode, failure.StsRequestId);
    }

    /// <summary>Writes the failure as the response, with the headers that belong to its status.</summary>
    public static Task WriteAsync(HttpContext context, BrokerException failure)
    {
        var problem = Of(context, failure);
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        if (problem.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        if (problem.Status is TooManyRequests or Unavailable)
        {
            var seconds = Math.Max(1, Math.Ceiling((failure.RetryAfter ?? TimeSpan.Zero).TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString("0", CultureInfo.InvariantCulture);
        }
        return response.WriteAsJsonAsync(problem, Json.Wire.Options, MediaType, context.RequestAborted);
    }
}
