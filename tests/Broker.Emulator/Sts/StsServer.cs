using Broker.Emulator.State;

namespace Broker.Emulator.Sts;

/// <summary>STS's address: takes a request apart, answers it, counts it.</summary>
sealed class StsServer(World world)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var arrived = world.Now;
        var requestId = Guid.NewGuid().ToString().ToUpperInvariant();
        var incoming = Incoming.Of(context) is { } head ? await head.ReadAsync() : null;
        var operation = incoming is null ? "Malformed" : Operation(incoming);
        var answer = await DecideAsync(context, incoming, operation, requestId);
        // Whoever has the answer finds it counted.
        world.Counters.Count(operation, answer.Code is null);
        if (incoming is not null)
            world.Requests.Add(new(arrived, operation, context.Request.Method, incoming.Target, incoming.HeaderMap, TryForm(incoming), answer.Status, answer.Code));
        if (answer.Status == 0) context.Abort();
        else await answer.WriteAsync(context);
    }

    async Task<StsAnswer> DecideAsync(HttpContext context, Incoming? incoming, string operation, string requestId)
    {
        try
        {
            if (incoming is null) throw new StsError(400, "InvalidParameter", "The request target is malformed.");
            if (world.Faults.Take(operation) is { } fault)
            {
                if (fault.LatencyMs > 0) await Task.Delay(TimeSpan.FromMilliseconds(fault.LatencyMs), world.Clock, context.RequestAborted);
                if (fault.Status is not null) return StsAnswer.Of(fault, context, requestId);
            }
            return new(200, null, StsOperations.Run(world, StsAuthentication.Verify(world, incoming), requestId));
        }
        catch (StsError e) { return StsAnswer.Refusal(context, e.Status, e.Code, e.Message, e.RetryAfterMs, requestId); }
        catch (OperationCanceledException) { return new(499, "Aborted", ""); }
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
}
