using System.Diagnostics;
using Broker.AlibabaCloud.Sts;
using Broker.Grains.Telemetry;
using Microsoft.Extensions.Logging;

namespace Broker.Grains.Minting;

/// <summary>Mints one session: a place in the account's rate, one call of STS, one row in the record of what was issued.</summary>
sealed partial class SessionMint(
    IGrainFactory grains, StsClients sts, IssuedLog issued, TimeProvider clock,
    GrainTelemetry telemetry, Degradations degradations, ILogger<SessionMint> logger)
{
    /// <summary>A caller waits no longer than this, so no attempt waits longer for its place.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>One attempt.</summary>
    /// <exception cref="BrokerException">The only exception that leaves it.</exception>
    public async Task<CredentialSnapshot> MintAsync(SessionTerms terms, bool callerWaits, CancellationToken dropped)
    {
        using var activity = GrainTelemetry.Source.StartActivity("mint session");
        activity?.SetTag("broker.tenant", terms.Key.Tenant).SetTag("broker.role", terms.Key.Role);
        var reason = callerWaits ? RefreshReason.Caller : RefreshReason.Schedule;
        try
        {
            var snapshot = await AttemptAsync(terms, callerWaits ? StsLane.Caller : StsLane.Renewal, dropped);
            telemetry.Refreshed("success", reason);
            return snapshot;
        }
        catch (BrokerException e)
        {
            telemetry.Refreshed(e.Code, reason);
            activity?.SetStatus(ActivityStatusCode.Error, e.Code);
            LogFailed(terms.Key, e.Code, e.StsCode, e.StsRequestId);
            throw;
        }
        catch (OperationCanceledException) when (dropped.IsCancellationRequested)
        {
            telemetry.Refreshed("dropped", reason);
            throw new BrokerException(ErrorCode.Unavailable, "The session is not wanted any more.");
        }
        // A defect or a broken identity source; waiters must hear of it all the same, and the schedule go on.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            telemetry.Refreshed(ErrorCode.Unavailable, reason);
            LogBroken(terms.Key, e);
            throw new BrokerException(ErrorCode.Unavailable, "The session could not be minted.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }
    }

    async Task<CredentialSnapshot> AttemptAsync(SessionTerms terms, StsLane lane, CancellationToken dropped)
    {
        var budget = grains.StsBudget(terms.Identity);
        var assumed = await AtItsPlaceAsync(terms, budget, lane, dropped);
        var now = clock.GetUtcNow();
        await issued.RecordAsync(new(terms.Key, assumed.AccessKeyId, now, assumed.Expiration, terms.Version, terms.Prefix), CancellationToken.None);
        return new(assumed.AccessKeyId, assumed.AccessKeySecret, assumed.SecurityToken, now, assumed.Expiration, terms.Version);
    }

    async Task<AssumedRole> AtItsPlaceAsync(SessionTerms terms, IStsBudgetGrain budget, StsLane lane, CancellationToken dropped)
    {
        var ticket = Guid.NewGuid();
        await WaitForPlaceAsync(budget, lane, terms.Key.Tenant, ticket, dropped);
        try
        {
            dropped.ThrowIfCancellationRequested();
            return await AssumeRoleAsync(terms, budget);
        }
        finally { await budget.Leave(ticket); }
    }

    async Task WaitForPlaceAsync(IStsBudgetGrain budget, StsLane lane, string tenant, Guid ticket, CancellationToken dropped)
    {
        var began = clock.GetTimestamp();
        try { await budget.Reserve(lane, tenant, Patience, ticket).WaitAsync(dropped); }
        catch (Exception e) when (e is not BrokerException and not OutOfMemoryException)
        {
            // Said by a message of its own: a mint that nobody wants ends at once, whatever becomes of its place.
            await budget.Leave(ticket);
            if (e is OperationCanceledException && dropped.IsCancellationRequested) throw;
            // Without the budget nobody knows what the others call: no call.
            throw new BrokerException(ErrorCode.StsThrottled, "The account's budget of AssumeRole calls cannot be asked.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }
        telemetry.BudgetWaited(clock.GetElapsedTime(began));
    }

    async Task<AssumedRole> AssumeRoleAsync(SessionTerms terms, IStsBudgetGrain budget)
    {
        var request = new AssumeRoleRequest(terms.RoleArn, SessionName.Of(terms.Key), terms.DurationSeconds, terms.Policy, terms.ExternalId);
        var began = clock.GetTimestamp();
        try
        {
            var assumed = await sts.As(terms.Identity).AssumeRoleAsync(request, CancellationToken.None);
            telemetry.StsCalled("success", "", clock.GetElapsedTime(began));
            degradations.Clear(Degradation.Identity, terms.Identity);
            degradations.Clear(Degradation.Clock);
            return assumed;
        }
        catch (StsException e)
        {
            telemetry.StsCalled("failure", e.Code, clock.GetElapsedTime(began));
            if (e.Failure == StsFailure.Throttled) await budget.Penalise(e.RetryAfter ?? TimeSpan.Zero);
            if (e.Failure == StsFailure.IdentityRefused) degradations.Raise(Degradation.Identity, terms.Identity);
            if (e.Failure == StsFailure.Clock) degradations.Raise(Degradation.Clock);
            throw StsFailures.ForCallers(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A session for {Role} was not minted: {Code} (STS: {StsCode}, request {StsRequestId}).")]
    partial void LogFailed(RoleKey role, string code, string? stsCode, string? stsRequestId);

    [LoggerMessage(LogLevel.Error, "A session for {Role} was not minted.")]
    partial void LogBroken(RoleKey role, Exception exception);
}
