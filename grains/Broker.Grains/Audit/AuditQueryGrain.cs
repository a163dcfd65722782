using Orleans.Concurrency;

namespace Broker.Grains.Audit;

/// <summary>Reads the audit for those who may.</summary>
[GrainType("audit-query"), StatelessWorker]
sealed class AuditQueryGrain(IAuditStore store) : Grain, IAuditQueryGrain
{
    const int LargestPage = 1000;

    public async Task<Page<AuditItem>> Query(Caller caller, AuditFilter filter, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, filter.Tenant is null ? BrokerAction.ReadPlatformAudit : BrokerAction.ReadAudit, filter.Tenant);
        var after = Check(filter);
        // One more than the page shows whether there is a next one.
        var rows = await store.QueryAsync(filter, after, filter.PageSize + 1, cancellationToken);
        var items = rows.Take(filter.PageSize).Select(row => new AuditItem(row.Sequence, row.Entry)).ToArray();
        var last = rows.Length > filter.PageSize ? rows[filter.PageSize - 1] : null;
        return new(items, last is null ? null : new AuditCursor(last.Entry.At, last.Writer, last.Sequence).ToToken());
    }

    static AuditCursor? Check(AuditFilter filter)
    {
        var errors = new FieldErrors();
        errors.DemandRange(filter.PageSize, 1, LargestPage, "pageSize");
        errors.Demand(filter.Outcome is null || AuditOutcome.All.Contains(filter.Outcome), "outcome", $"must be one of {string.Join(", ", AuditOutcome.All)}");
        errors.Demand(filter.From is null || filter.To is null || filter.From < filter.To, "from", "must be before to");
        var after = filter.PageToken is { } token ? AuditCursor.TryParse(token) : null;
        errors.Demand(filter.PageToken is null || after is not null, "pageToken", "must be the nextPageToken of an answer");
        errors.ThrowIfAny();
        return after;
    }
}
