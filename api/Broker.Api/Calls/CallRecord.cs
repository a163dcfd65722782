using System.Text;
using Broker.Api.Problems;
using Broker.Api.Telemetry;

namespace Broker.Api.Calls;

/// <summary>
/// Makes a call's audit entry. It belongs to the tenant that it is about, and, where the caller had no business there, to the
/// caller's own: nobody writes into another's audit, nor makes it grow by names of their own invention.
/// </summary>
sealed class CallRecord(TimeProvider clock)
{
    const int LongestText = 1023;

    const string Aborted = "aborted";

    /// <summary>The entry of a call that was done, or that ended with a failure.</summary>
    public AuditEntry Of(Call call, HttpContext context, Exception? failure = null)
    {
        var code = CodeOf(failure, context);
        var (tenant, role) = Place(call);
        return new()
        {
            At = clock.GetUtcNow(),
            Tenant = tenant,
            Role = role,
            Caller = call.Caller.Id,
            Action = call.Rule.Name,
            Outcome = code is null ? AuditOutcome.Success : IsDenial(code) ? AuditOutcome.Denied : AuditOutcome.Failed,
            Code = code,
            AccessKeyId = call.AccessKeyId,
            Version = call.Version,
            Prefix = Plain(call.Prefix),
            Access = Plain(call.Access),
            SourceAddress = context.Connection.RemoteIpAddress?.ToString(),
            TraceId = RequestTrace.IdOf(context),
        };
    }

    static (string? Tenant, string? Role) Place(Call call)
    {
        var (own, everywhere) = (call.Caller.Tenant, call.Caller.Has(Scope.Admin));
        if (!everywhere && call.Tenant != own) return (own, null);
        if (!Names.IsValid(call.Tenant)) return (null, null);
        return (call.Tenant, Names.IsValid(call.RoleName) ? call.RoleName : null);
    }

    static string? CodeOf(Exception? failure, HttpContext context)
    {
        if (failure is null) return null;
        return FailureMiddleware.IsAbort(failure, context) ? Aborted : FailureMiddleware.Translate(failure).Code;
    }

    /// <summary>Refused to the caller, not for what it asked.</summary>
    static bool IsDenial(string code) => code != Aborted
        && ProblemTable.Row(code).Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests;

    /// <summary>A caller's own words, before anybody has checked them: no control characters, no half characters, not too long.</summary>
    static string? Plain(string? text)
    {
        if (text is null || (text.Length <= LongestText && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))) return text;
        var plain = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (plain.Length + rune.Utf16SequenceLength > LongestText) break;
            plain.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }
        return plain.ToString();
    }
}
