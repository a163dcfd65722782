using Broker.Api.Calls;
using Broker.Api.Leases;
using Broker.Api.Telemetry;

namespace Broker.Api.Endpoints;

/// <summary>Vends credentials of the role that a call is about: the role's own by a copy or by its grain, narrowed ones by the grain.</summary>
sealed class CredentialVending(LeaseTable leases, IGrainFactory grains, ApiTelemetry telemetry, TimeProvider clock)
{
    /// <summary>Credentials with at least so much life left, counted by outcome.</summary>
    /// <param name="context">The request, whose call has been admitted.</param>
    /// <param name="minRemaining">The life that is needed.</param>
    /// <param name="narrowing">The part of the role that is wanted; null: all of it.</param>
    public async ValueTask<VendedCredentials> VendAsync(HttpContext context, TimeSpan minRemaining, SessionNarrowing? narrowing = null)
    {
        var call = context.Call();
        var vending = narrowing is null ? OwnAsync(call, minRemaining, context.RequestAborted) : NarrowedAsync(call, minRemaining, narrowing, context.RequestAborted);
        var vended = await telemetry.CountAsync(vending, static (telemetry, outcome) => telemetry.CredentialsRequested(outcome));
        telemetry.CredentialsVended(vended.Snapshot.Remaining(clock.GetUtcNow()));
        (call.AccessKeyId, call.Version) = (vended.Snapshot.AccessKeyId, vended.Snapshot.Version);
        return vended;
    }

    /// <summary>Never nothing: a role that is not there refuses.</summary>
    ValueTask<VendedCredentials> OwnAsync(Call call, TimeSpan minRemaining, CancellationToken cancellationToken) =>
        leases.Roles.GetAsync(call.Role, new(call.Caller, minRemaining), cancellationToken)!;

    async ValueTask<VendedCredentials> NarrowedAsync(Call call, TimeSpan minRemaining, SessionNarrowing narrowing, CancellationToken cancellationToken) =>
        VendedCredentials.Of(await Reaching.AskAsync(cancelled => grains.Role(call.Role).GetNarrowedCredentials(call.Caller, narrowing, minRemaining, cancelled), clock, cancellationToken));
}
