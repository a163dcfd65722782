using System.Text.RegularExpressions;

namespace Broker;

/// <summary>The rules that a tenant's definition follows. Pure.</summary>
public static partial class TenantRules
{
    /// <summary>Throws <see cref="ErrorCode.InvalidRequest"/> with every broken rule, by field.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="production">In Production, http endpoints are refused for loopback hosts too.</param>
    /// <param name="identities">The names of the configured source identities.</param>
    public static void Validate(TenantDefinition definition, bool production, IReadOnlyCollection<string> identities)
    {
        var errors = new FieldErrors();
        errors.Demand(definition.DisplayName.Length <= 200, "displayName", "must have at most 200 characters");
        errors.Demand(!definition.DisplayName.Any(char.IsControl), "displayName", "must not contain control characters");
        errors.DemandCount(definition.Storage.Length, 20, "storage");
        for (var i = 0; i < definition.Storage.Length; i++)
        {
            CheckEntry(definition.Storage[i], $"storage[{i}]", production, errors);
            errors.Demand(definition.Storage[i].Identity is not { } identity || identities.Contains(identity), $"storage[{i}].identity", "names no configured source identity; null is the default one");
        }
        CheckNames(definition.Storage, errors);
        CheckLimits(definition.Limits, errors);
        TrustRules.Check(definition.Trust, "trust", TrustRules.TenantScopes, errors);
        errors.ThrowIfAny();
    }

    /// <summary>The rule that a bucket's name breaks; null when it is valid. Source: OSS, "Bucket naming conventions".</summary>
    public static string? BrokenBucketRule(string bucket) =>
        Bucket().IsMatch(bucket) ? null : "must have 3 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit";

    static void CheckEntry(StorageEntry entry, string field, bool production, FieldErrors errors)
    {
        errors.Demand(Names.IsValid(entry.Name), $"{field}.name", $"must have {Names.Rule}");
        errors.Demand(RoleArn().IsMatch(entry.RoleArn), $"{field}.roleArn", "must be acs:ram::{account}:role/{name}");
        errors.Demand(entry.ExternalId is null || ExternalId().IsMatch(entry.ExternalId), $"{field}.externalId", "must have 2 to 1224 letters, digits and =,.@:/-_+");
        errors.Note($"{field}.bucket", BrokenBucketRule(entry.Bucket));
        errors.Demand(Region().IsMatch(entry.Region), $"{field}.region", "must be a region's id, such as cn-hangzhou");
        errors.Note($"{field}.keyPrefix", KeyPrefix.BrokenRule(entry.KeyPrefix));
        errors.Demand(entry.Addressing is "virtual" or "cname" or "path", $"{field}.addressing", "must be virtual, cname or path");
        errors.Note($"{field}.endpoint", BrokenEndpointRule(entry, production));
    }

    static string? BrokenEndpointRule(StorageEntry entry, bool production)
    {
        if (entry.Endpoint is null)
            return entry.Addressing == "virtual" ? null : "must be given with addressing cname or path";
        if (!Uri.TryCreate(entry.Endpoint, UriKind.Absolute, out var endpoint) || endpoint.PathAndQuery != "/" || endpoint.Fragment.Length > 0
            || endpoint.UserInfo.Length > 0 || entry.Endpoint.EndsWith('/'))
            return "must be https://host[:port]";
        if (endpoint.Scheme != Uri.UriSchemeHttps && !(endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback && !production))
            return "must be https; http is for loopback hosts only, and never in Production";
        if (entry.Addressing == "virtual" && !Uri.TryCreate($"{endpoint.Scheme}://{entry.Bucket}.{endpoint.Authority}", UriKind.Absolute, out _))
            return "must be a host name with addressing virtual, because the bucket's name is put before it";
        return entry.Addressing == "path" && !endpoint.IsLoopback ? "must be a loopback host with addressing path" : null;
    }

    static void CheckNames(StorageEntry[] storage, FieldErrors errors)
    {
        var names = storage.Select(e => e.Name).ToArray();
        errors.Demand(names.Distinct().Count() == names.Length, "storage", "must not name two entries alike");
    }

    static void CheckLimits(TenantLimits limits, FieldErrors errors)
    {
        errors.DemandRange(limits.Roles, 0, 100_000, "limits.roles");
        errors.DemandRange(limits.RequestsPerSecond ?? 1, 1, 1_000_000, "limits.requestsPerSecond");
        errors.DemandRange(limits.NarrowedSessions, 0, 100_000, "limits.narrowedSessions");
        errors.DemandRange(limits.KeepWarmRoles, 0, 10_000, "limits.keepWarmRoles");
        errors.DemandCount(limits.CallbackHosts.Length, 20, "limits.callbackHosts");
        errors.Demand(limits.CallbackHosts.All(h => Uri.CheckHostName(h) != UriHostNameType.Unknown), "limits.callbackHosts", "must be host names");
    }

    [GeneratedRegex(@"\Aacs:ram::[0-9]{1,20}:role/[A-Za-z0-9.-]{1,64}\z")]
    private static partial Regex RoleArn();

    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@:/-]{2,1224}\z")]
    private static partial Regex ExternalId();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{1,61}[a-z0-9]\z")]
    private static partial Regex Bucket();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{1,38}[a-z0-9]\z")]
    private static partial Regex Region();
}
