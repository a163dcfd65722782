using System.Diagnostics.Metrics;
using Broker.Api.Problems;

namespace Broker.Api.Telemetry;

/// <summary>The metrics of the front end, on the meter <c>Broker</c>.</summary>
sealed class ApiTelemetry
{
    const string Success = OutcomeCounts.Success;

    readonly Meter _meter;
    readonly Counter<long> _denied, _urls, _audit;
    readonly Histogram<double> _remaining;
    readonly OutcomeCounts _requests = new(), _forms = new();

    public ApiTelemetry(IMeterFactory meters)
    {
        var meter = _meter = meters.Create("Broker");
        meter.CreateObservableCounter("broker.credential.requests", _requests.Read, "{request}", "Requests for credentials, by outcome.");
        _remaining = meter.CreateHistogram<double>("broker.credential.remaining", "s", "Life left of the credentials that were vended.");
        _urls = meter.CreateCounter<long>("broker.signed_urls", "{url}", "Signed URLs, by method and outcome.");
        meter.CreateObservableCounter("broker.post_policies", _forms.Read, "{form}", "Upload forms, by outcome.");
        _denied = meter.CreateCounter<long>("broker.api.denied", "{request}", "Requests refused to their caller, by code.");
        _audit = meter.CreateCounter<long>("broker.audit.entries", "{entry}", "Audit entries: written, merged into a written one, or refused with their request.");
    }

    public void CredentialsRequested(string outcome) => _requests.Add(outcome);

    public void CredentialsVended(TimeSpan remaining) => _remaining.Record(remaining.TotalSeconds);

    /// <summary>What the attempt brings, and counts how it ended: the code of its failure, or success.</summary>
    public async ValueTask<T> CountAsync<T>(ValueTask<T> attempt, Action<ApiTelemetry, string> count)
    {
        T result;
        try { result = await attempt; }
        catch (Exception e)
        {
            count(this, FailureMiddleware.Translate(e).Code);
            throw;
        }
        count(this, Success);
        return result;
    }

    public void UrlsSigned(SignUrl[] requests, string outcome)
    {
        // Of a refused request the method may be any text.
        if (outcome != Success) _urls.Add(requests.Length, new("method", ""), new("outcome", outcome));
        else if (requests is [var only]) _urls.Add(1, new("method", only.Method), new("outcome", outcome));
        else foreach (var (method, count) in requests.CountBy(r => r.Method)) _urls.Add(count, new("method", method), new("outcome", outcome));
    }

    public void FormSigned(string outcome) => _forms.Add(outcome);

    public void AuditWritten(AuditBatch batch)
    {
        var written = batch.Changes.Length + batch.Entries.Length;
        _audit.Add(written, new KeyValuePair<string, object?>("outcome", "written"));
        _audit.Add(batch.Entries.Sum(e => e.Count) + batch.Changes.Length - written, new KeyValuePair<string, object?>("outcome", "merged"));
    }

    /// <summary>Watches the queue of the audit from now on.</summary>
    /// <param name="waiting">How many entries wait. Called by any thread.</param>
    /// <param name="capacity">How many may.</param>
    public void WatchAuditQueue(Func<int> waiting, int capacity)
    {
        _meter.CreateObservableGauge("broker.audit.waiting", waiting, "{entry}", "Audit entries that wait to be written.");
        _meter.CreateObservableGauge("broker.audit.capacity", () => capacity, "{entry}", "Audit entries that may wait before requests are refused.");
    }

    /// <summary>Watches the troubles that readiness names from now on.</summary>
    public void WatchDegradations(Func<IEnumerable<Measurement<int>>> read) =>
        _meter.CreateObservableGauge("broker.degraded", read, unit: null, "Whether the process is in this trouble: 1, or 0.");

    public void AuditRefused() => _audit.Add(1, new KeyValuePair<string, object?>("outcome", "refused"));

    public void Denied(string code) => _denied.Add(1, new KeyValuePair<string, object?>("code", code));
}
