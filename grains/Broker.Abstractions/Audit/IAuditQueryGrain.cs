namespace Broker;

/// <summary>Which entries of the audit. A null demands nothing.</summary>
[GenerateSerializer, Immutable, Alias("Broker.AuditFilter")]
public sealed record AuditFilter
{
    /// <summary>Of this tenant; null: of all, which only an administrator may ask for.</summary>
    [Id(0)] public string? Tenant { get; init; }

    /// <summary>On this role.</summary>
    [Id(1)] public string? Role { get; init; }

    /// <summary>By the caller of this id.</summary>
    [Id(2)] public string? Caller { get; init; }

    /// <summary>Of this action.</summary>
    [Id(3)] public string? Action { get; init; }

    /// <summary>With this outcome, one of <see cref="AuditOutcome"/>.</summary>
    [Id(4)] public string? Outcome { get; init; }

    /// <summary>Not before this moment.</summary>
    [Id(5)] public DateTimeOffset? From { get; init; }

    /// <summary>Before this moment.</summary>
    [Id(6)] public DateTimeOffset? To { get; init; }

    /// <summary>How many at most; 1 to 1,000, default 100.</summary>
    [Id(7)] public int PageSize { get; init; } = 100;

    /// <summary>Where the page before ended: its <see cref="Page{T}.NextPageToken"/>; null: the newest ones.</summary>
    [Id(8)] public string? PageToken { get; init; }
}

/// <summary>An entry as it stands in the audit.</summary>
/// <param name="Sequence">Its place in its writer's chain, from 1.</param>
/// <param name="Entry">The entry, with the count of all that belong to it.</param>
[GenerateSerializer, Immutable, Alias("Broker.AuditItem")]
public sealed record AuditItem([property: Id(0)] long Sequence, [property: Id(1)] AuditEntry Entry);

/// <summary>Reads the audit of all writers; its key is always the same, see <see cref="GrainKeys"/>.</summary>
[Alias("Broker.IAuditQueryGrain")]
public interface IAuditQueryGrain : IGrainWithStringKey
{
    /// <summary>A page of entries, the newest first; entries that come meanwhile shift no page.</summary>
    [Alias("Query")]
    Task<Page<AuditItem>> Query(Caller caller, AuditFilter filter, CancellationToken cancellationToken);
}
