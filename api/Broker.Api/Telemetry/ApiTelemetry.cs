using System.Diagnostics.Metrics;

namespace Broker.Api.Telemetry;

/// <summary>The metrics of the front end, on the meter <c>Broker</c>.</summary>
sealed class ApiTelemetry
{
    readonly Counter<long> _requests, _denied, _urls, _forms, _audit;

    public ApiTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create("Broker");
        _requests = meter.CreateCounter<long>("broker.credential.requests", "{request}", "Requests for credentials, by outcome.");
        _urls = meter.CreateCounter<long>("broker.signed_urls", "{url}", "Signed URLs, by method and outcome.");
        _forms = meter.CreateCounter<long>("broker.post_policies", "{form}", "Upload forms, by outcome.");
        _denied = meter.CreateCounter<long>("broker.api.denied", "{request}", "Requests refused to their caller, by code.");
        _audit = meter.CreateCounter<long>("broker.audit.entries", "{entry}", "Audit entries: written, merged into a written one, or refused with their request.");
    }

    public void CredentialsRequested(string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void UrlSigned(string method, string outcome, int count = 1) => _urls.Add(count, new("method", method), new("outcome", outcome));

    /// <summary>Signs a form and counts how that ended.</summary>
    public async Task<T> CountFormAsync<T>(Func<Task<T>> sign)
    {
        try
        {
            var form = await sign();
            Count("success");
            return form;
        }
        catch (BrokerException e)
        {
            Count(e.Code);
            throw;
        }

        void Count(string outcome) => _forms.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    public void AuditWritten(AuditBatch batch)
    {
        var written = batch.Changes.Length + batch.Entries.Length;
        _audit.Add(written, new KeyValuePair<string, object?>("outcome", "written"));
        _audit.Add(batch.Entries.Sum(e => e.Count) + batch.Changes.Length - written, new KeyValuePair<string, object?>("outcome", "merged"));
    }

    public void AuditRefused() => _audit.Add(1, new KeyValuePair<string, object?>("outcome", "refused"));

    public void Denied(string code) => _denied.Add(1, new KeyValuePair<string, object?>("code", code));
}
