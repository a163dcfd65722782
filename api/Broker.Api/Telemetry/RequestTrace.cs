using System.Diagnostics;

namespace Broker.Api.Telemetry;

/// <summary>
/// Which trace a request belongs to. Where traces are exported it has an activity; else it is its caller's trace, or one of its
/// own, which is no more than its ids: an activity would cost the usual request a twentieth of its time.
/// </summary>
sealed class RequestTrace
{
    readonly ActivityContext _place;

    RequestTrace(ActivityContext place) => _place = place;

    /// <summary>Its id, in 32 hexadecimal digits: the same wherever something tells of the request.</summary>
    public static string IdOf(HttpContext context) => (Activity.Current?.TraceId ?? Of(context)._place.TraceId).ToString();

    /// <summary>Has the log name it until the answer is disposed of; null: there is an activity already.</summary>
    public static Activity? Enter(HttpContext context)
    {
        if (Activity.Current is not null) return null;
        var place = Of(context)._place;
        return new Activity("request").SetParentId(place.TraceId, place.SpanId, place.TraceFlags).Start();
    }

    static RequestTrace Of(HttpContext context)
    {
        if (context.Features.Get<RequestTrace>() is { } known) return known;
        var sent = context.Request.Headers.TraceParent;
        var made = new RequestTrace(sent.Count == 1 && ActivityContext.TryParse(sent[0], null, out var callers)
            ? callers
            : new(ActivityTraceId.CreateRandom(), default, ActivityTraceFlags.None));
        context.Features.Set(made);
        return made;
    }
}
