using System.Collections.Concurrent;
using Broker.Api.Calls;
using Broker.Api.Leases;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary>Asks the role that a call is about to sign something. It may be asked twice: what it signs binds nobody.</summary>
sealed class RoleSigning(IGrainFactory grains, ApiTelemetry telemetry, TimeProvider clock)
{
    const int MostKnown = 10_000;

    // Orleans makes each reference anew, and its copiers with it.
    readonly ConcurrentDictionary<RoleKey, IRoleGrain> _roles = new();

    /// <summary>What it has signed, counted by outcome.</summary>
    /// <param name="context">The request, whose call has been admitted.</param>
    /// <param name="ask">Asks the role, as the caller.</param>
    /// <param name="count">Counts the outcome.</param>
    public ValueTask<T> AskAsync<T>(HttpContext context, Func<IRoleGrain, Caller, CancellationToken, Task<T>> ask, Action<ApiTelemetry, string> count)
    {
        var call = context.Call();
        var role = RoleOf(call.Role);
        return telemetry.CountAsync(new ValueTask<T>(Reaching.AskAsync(cancelled => ask(role, call.Caller, cancelled), clock, context.RequestAborted)), count);
    }

    IRoleGrain RoleOf(RoleKey key)
    {
        if (_roles.TryGetValue(key, out var known)) return known;
        if (_roles.Count >= MostKnown) _roles.Clear();
        return _roles[key] = grains.Role(key);
    }
}
