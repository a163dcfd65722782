using System.Diagnostics;
using Broker.Api.Problems;

namespace Broker.Api.Calls;

/// <summary>Makes a call's audit entry.</summary>
sealed class CallRecord(TimeProvider clock)
{
    /// <summary>Names in a path are the caller's own words until somebody has checked them; longer ones than any name are cut.</summary>
    const int LongestName = 63, LongestPrefix = 1023;

    const string Aborted = "aborted";

    /// <summary>The entry of a call that was done, or that ended with a failure.</summary>
    public AuditEntry Of(Call call, HttpContext context, Exception? failure = null)
    {
        var code = CodeOf(failure, context);
        return new()
        {
            At = clock.GetUtcNow(),
            Tenant = Cut(call.Tenant, LongestName),
            Role = Cut(call.RoleName, LongestName),
            Caller = call.Caller.Id,
            Action = call.Rule.Name,
            Outcome = code is null ? AuditOutcome.Success : IsDenial(code) ? AuditOutcome.Denied : AuditOutcome.Failed,
            Code = code,
            AccessKeyId = call.AccessKeyId,
            Version = call.Version,
            Prefix = Cut(call.Prefix, LongestPrefix),
            Access = Cut(call.Access, LongestName),
            SourceAddress = context.Connection.RemoteIpAddress?.ToString(),
            TraceId = Activity.Current?.TraceId.ToString(),
        };
    }

    static string? CodeOf(Exception? failure, HttpContext context)
    {
        if (failure is null) return null;
        return failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested ? Aborted : FailureMiddleware.Translate(failure).Code;
    }

    /// <summary>Refused to the caller, not for what it asked.</summary>
    static bool IsDenial(string code) => code != Aborted
        && ProblemTable.Row(code).Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests;

    static string? Cut(string? text, int length) => text?.Length > length ? text[..length] : text;
}
