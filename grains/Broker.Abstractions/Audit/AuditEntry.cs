namespace Broker;

/// <summary>One line of the audit: who did what, from where, and how it ended. Holds no secret.</summary>
[GenerateSerializer, Immutable, Alias("Broker.AuditEntry")]
public sealed record AuditEntry
{
    /// <summary>When; of several counted together, the first one's moment.</summary>
    [Id(0)] public DateTimeOffset At { get; init; }

    /// <summary>In which tenant; null: in none.</summary>
    [Id(1)] public string? Tenant { get; init; }

    /// <summary>On which role; null: on none.</summary>
    [Id(2)] public string? Role { get; init; }

    /// <summary>Who: the caller's id.</summary>
    [Id(3)] public string Caller { get; init; } = "";

    /// <summary>What.</summary>
    [Id(4)] public string Action { get; init; } = "";

    /// <summary>One of <see cref="AuditOutcome"/>.</summary>
    [Id(5)] public string Outcome { get; init; } = "";

    /// <summary>Why it was refused or failed, one of <see cref="ErrorCode"/>; null: it was not.</summary>
    [Id(6)] public string? Code { get; init; }

    /// <summary>The session that was vended or signed with, as the cloud's own logs name it; null: none.</summary>
    [Id(7)] public string? AccessKeyId { get; init; }

    /// <summary>The version of the settings that it was done under, or that it made; null: none.</summary>
    [Id(8)] public long? Version { get; init; }

    /// <summary>The prefix or key that was asked for, relative to the role's full prefix; of several keys what they begin with. Null: all of it.</summary>
    [Id(9)] public string? Prefix { get; init; }

    /// <summary>The access or the methods that were asked for, comma-separated; null: all of the role's.</summary>
    [Id(10)] public string? Access { get; init; }

    /// <summary>The address that it came from; null: not known.</summary>
    [Id(11)] public string? SourceAddress { get; init; }

    /// <summary>The trace of the request; of several counted together, the first one's. Null: none.</summary>
    [Id(12)] public string? TraceId { get; init; }

    /// <summary>How many were counted together; 1 or more.</summary>
    [Id(13)] public long Count { get; init; } = 1;

    /// <summary>Equal in everything but the moment, the trace and the count: such entries are counted together.</summary>
    public static IEqualityComparer<AuditEntry> SameKind { get; } = new Kind();

    sealed class Kind : IEqualityComparer<AuditEntry>
    {
        public bool Equals(AuditEntry? a, AuditEntry? b) =>
            ReferenceEquals(a, b) || (a is not null && b is not null
            && a.Caller == b.Caller && a.Action == b.Action && a.AccessKeyId == b.AccessKeyId && a.Role == b.Role && a.Tenant == b.Tenant
            && a.Outcome == b.Outcome && a.Code == b.Code && a.Version == b.Version && a.Prefix == b.Prefix && a.Access == b.Access
            && a.SourceAddress == b.SourceAddress);

        // All that a caller may give many values; equality looks at the rest.
        public int GetHashCode(AuditEntry entry) => HashCode.Combine(entry.Caller, entry.Tenant, entry.Role, entry.Prefix, entry.Access, entry.SourceAddress);
    }
}

/// <summary>How what an entry tells of has ended.</summary>
public static class AuditOutcome
{
    /// <summary>It was done.</summary>
    public const string Success = "success";
    /// <summary>It was refused to its caller.</summary>
    public const string Denied = "denied";
    /// <summary>It was permitted, and did not succeed.</summary>
    public const string Failed = "failed";

    /// <summary>Every outcome.</summary>
    public static readonly string[] All = [Success, Denied, Failed];
}
