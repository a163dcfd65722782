using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Broker.Grains.Credentials;

namespace Broker.Grains.Telemetry;

/// <summary>Why a refresh was made.</summary>
enum RefreshReason
{
    /// <summary>A caller waits for it, or the next one would.</summary>
    Caller,
    /// <summary>Ahead of the end.</summary>
    Schedule,
}

/// <summary>
/// The metrics and traces of the grains: meter and activity source <c>Broker</c>. Tenant and role are attributes of traces
/// only, because their number has no bound.
/// </summary>
public sealed class GrainTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Broker";

    readonly Histogram<double> _callDuration, _budgetWait, _storageDuration;
    readonly Counter<long> _refreshes, _calls, _unopened, _identityReads;
    readonly Meter _meter;
    readonly UpDownCounter<long> _budgetWaiting;
    readonly ActiveRoles _roles;
    readonly ConcurrentDictionary<string, Func<int>> _budgets = new();

    /// <param name="meters">Makes the meter.</param>
    /// <param name="clock">The time.</param>
    public GrainTelemetry(IMeterFactory meters, TimeProvider clock)
    {
        _roles = new(clock);
        var meter = _meter = meters.Create(Name);
        _refreshes = meter.CreateCounter<long>("broker.credential.refreshes", "{refresh}", "Refreshes of credentials, by outcome and reason.");
        _unopened = meter.CreateCounter<long>("broker.credential.unopened", "{envelope}", "Stored credentials that could not be opened.");
        _calls = meter.CreateCounter<long>("broker.sts.calls", "{call}", "Calls of STS, by outcome and STS's code.");
        _callDuration = meter.CreateHistogram<double>("broker.sts.call.duration", "s", "Duration of a call of STS.");
        _identityReads = meter.CreateCounter<long>("broker.source_identity.reads", "{read}", "Readings of the broker's own keys from their sources, by identity and outcome.");
        _budgetWait = meter.CreateHistogram<double>("broker.sts.budget.wait.duration", "s", "Wait for a place in the account's AssumeRole rate.");
        _budgetWaiting = meter.CreateUpDownCounter<long>("broker.sts.budget.waiting", "{call}", "Calls that wait for a place in the account's AssumeRole rate, by lane.");
        meter.CreateObservableGauge("broker.sts.budget.available", Available, "{call}", "Calls that callers could make at once, by identity; in the silo where its budget is.");
        _storageDuration = meter.CreateHistogram<double>("broker.storage.operation.duration", "s", "Duration of reading or writing in the database, by what it was about and outcome.");
        meter.CreateObservableGauge("broker.roles.active", () => _roles.Count, "{role}", "Roles in memory.");
        meter.CreateObservableGauge("broker.roles.failing", () => _roles.Failing, "{role}", "Roles in memory whose last refresh failed.");
        meter.CreateObservableGauge("broker.roles.overdue", _roles.Overdue, "{role}", "Roles in use whose credentials are so near their end, or past it, that callers wait for new ones.");
    }

    /// <summary>Traces of the broker.</summary>
    public static readonly ActivitySource Source = new(Name);

    internal void Refreshed(string outcome, RefreshReason reason) =>
        _refreshes.Add(1, new("outcome", outcome), new("reason", reason == RefreshReason.Caller ? "caller" : "schedule"));

    internal void StsCalled(string outcome, string code, TimeSpan duration)
    {
        _calls.Add(1, new("outcome", outcome), new("code", code));
        _callDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
    }

    /// <param name="remaining">The seconds that each identity has left, of those that end.</param>
    internal void WatchIdentities(Func<IEnumerable<Measurement<double>>> remaining) =>
        _meter.CreateObservableGauge("broker.source_identity.remaining", remaining, "s", "Life left of the broker's own keys, by identity; of those that end.");

    internal void IdentityRead(string identity, string outcome) => _identityReads.Add(1, new("identity", identity), new("outcome", outcome));

    internal void BudgetWaited(TimeSpan wait) => _budgetWait.Record(wait.TotalSeconds);

    /// <summary>Somebody waits for a place until this is disposed.</summary>
    internal Wait BudgetWaiting(StsLane lane) => new(_budgetWaiting, new("lane", lane == StsLane.Caller ? "caller" : "renewal"));

    /// <param name="identity">Whose budget it is.</param>
    /// <param name="available">How many calls could be made at once. Called by any thread.</param>
    internal void BudgetActivated(string identity, Func<int> available) => _budgets[identity] = available;

    internal void BudgetDeactivated(string identity) => _budgets.TryRemove(identity, out _);

    internal void EnvelopeUnopened() => _unopened.Add(1);

    internal void RoleActivated(CredentialCache role) => _roles.Add(role);

    internal void RoleDeactivated(CredentialCache role) => _roles.Remove(role);

    internal void StorageUsed(string what, string outcome, TimeSpan duration) => _storageDuration.Record(duration.TotalSeconds, new("what", what), new("outcome", outcome));

    IEnumerable<Measurement<int>> Available() =>
        _budgets.Select(budget => new Measurement<int>(budget.Value(), new KeyValuePair<string, object?>("identity", budget.Key)));

    /// <summary>One more in a counter, until it is disposed.</summary>
    internal readonly struct Wait : IDisposable
    {
        readonly UpDownCounter<long> _counter;
        readonly KeyValuePair<string, object?> _tag;

        public Wait(UpDownCounter<long> counter, KeyValuePair<string, object?> tag)
        {
            (_counter, _tag) = (counter, tag);
            _counter.Add(1, _tag);
        }

        public void Dispose() => _counter.Add(-1, _tag);
    }
}
