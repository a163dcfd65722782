using System.Diagnostics;
using Broker.Api.Problems;

namespace Broker.Api.Calls;

/// <summary>Makes a call's audit entry.</summary>
sealed class CallRecord(TimeProvider clock)
{
    const int LongestAccess = 63, LongestPrefix = 1023;

    /// <summary>Stands for what is no name: a path holds the caller's own words until somebody has checked them, a key in the wrong place for one.</summary>
    const string NoName = "?";

    const string Aborted = "aborted";

    /// <summary>The entry of a call that was done, or that ended with a failure.</summary>
    public AuditEntry Of(Call call, HttpContext context, Exception? failure = null)
    {
        var code = CodeOf(failure, context);
        return new()
        {
            At = clock.GetUtcNow(),
            Tenant = Name(call.Tenant),
            Role = Name(call.RoleName),
            Caller = call.Caller.Id,
            Action = call.Rule.Name,
            Outcome = code is null ? AuditOutcome.Success : IsDenial(code) ? AuditOutcome.Denied : AuditOutcome.Failed,
            Code = code,
            AccessKeyId = call.AccessKeyId,
            Version = call.Version,
            Prefix = Cut(call.Prefix, LongestPrefix),
            Access = Cut(call.Access, LongestAccess),
            SourceAddress = context.Connection.RemoteIpAddress?.ToString(),
            TraceId = Activity.Current?.TraceId.ToString(),
        };
    }

    static string? CodeOf(Exception? failure, HttpContext context)
    {
        if (failure is null) return null;
        return failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested ? Aborted : FailureMiddleware.Translate(failure).Code;
    }

    static bool IsDenial(string code) => code != Aborted && ProblemTable.Row(code).Status < StatusCodes.Status500InternalServerError;

    static string? Name(string? text) => text is null || Names.IsValid(text) ? text : NoName;

    static string? Cut(string? text, int length) => text?.Length > length ? text[..length] : text;
}
