using System.Text.RegularExpressions;

namespace Broker;

/// <summary>The rules that a role's settings follow. Pure.</summary>
public static partial class RoleRules
{
    /// <summary>STS grants sessions of 900 to 43,200 seconds.</summary>
    public const int ShortestSession = 900, LongestSession = 43_200;

    /// <summary>So many versions of a role's settings are kept.</summary>
    public const int KeptVersions = 50;

    const int Margin = 60, DefaultExpiresIn = 900;

    /// <summary>The valid definition with the defaults that depend on its other values.</summary>
    public static RoleDefinition WithDefaults(RoleDefinition definition)
    {
        var expiresIn = Math.Min(DefaultExpiresIn, definition.DurationSeconds - Margin);
        return definition with
        {
            ExtraStatements = definition.ExtraStatements ?? [],
            KeepWarm = definition.KeepWarm ?? false,
            Uploads = definition.Uploads with { MaxExpiresIn = definition.Uploads.MaxExpiresIn ?? expiresIn },
            SignedUrls = definition.SignedUrls with { MaxExpiresIn = definition.SignedUrls.MaxExpiresIn ?? expiresIn },
        };
    }

    /// <summary>Throws <see cref="ErrorCode.InvalidRequest"/> with every broken rule, by field.</summary>
    public static void Validate(RoleDefinition definition, TenantDefinition tenant)
    {
        var errors = new FieldErrors();
        CheckPlace(definition, tenant, errors);
        errors.DemandCount(definition.Access.Length, RoleAccess.All.Length, "access");
        errors.Demand(definition.Access.All(RoleAccess.All.Contains), "access", $"must be of {string.Join(", ", RoleAccess.All)}");
        errors.Demand(definition.Access.Distinct().Count() == definition.Access.Length, "access", "must not name one twice");
        errors.DemandRange(definition.DurationSeconds, ShortestSession, LongestSession, "durationSeconds");
        CheckConditions(definition.Conditions, errors);
        CheckUploads(definition.Uploads, tenant, errors);
        // A session that is itself out of range bounds nothing.
        var longest = Math.Clamp(definition.DurationSeconds, ShortestSession, LongestSession) - Margin;
        errors.DemandRange(definition.Uploads.MaxExpiresIn ?? 1, 1, longest, "uploads.maxExpiresIn");
        errors.DemandRange(definition.SignedUrls.MaxExpiresIn ?? 1, 1, longest, "signedUrls.maxExpiresIn");
        errors.DemandRange(definition.Limits.RequestsPerSecond ?? 1, 1, 1_000_000, "limits.requestsPerSecond");
        var statements = definition.ExtraStatements ?? [];
        errors.DemandCount(statements.Length, 20, "extraStatements");
        for (var i = 0; i < statements.Length; i++) errors.Note($"extraStatements[{i}]", DenyStatement.BrokenRule(statements[i]));
        errors.ThrowIfAny();
    }

    /// <summary>What only an administrator sets: the present values, unless the caller is one or gives the same.</summary>
    /// <exception cref="BrokerException"><see cref="ErrorCode.Forbidden"/>: another value from anybody else.</exception>
    public static RoleDefinition KeepReserved(Caller caller, RoleDefinition given, RoleDefinition? present)
    {
        if (caller.Has(Scope.Admin)) return given;
        var (statements, keepWarm) = (present?.ExtraStatements ?? [], present?.KeepWarm ?? false);
        if (given.ExtraStatements?.SequenceEqual(statements) == false || (given.KeepWarm is { } wanted && wanted != keepWarm))
            throw new BrokerException(ErrorCode.Forbidden, "Only an administrator sets extraStatements and keepWarm.");
        return given with { ExtraStatements = statements, KeepWarm = keepWarm };
    }

    /// <summary>Whether both mean the same: in which order sets are named does not count.</summary>
    public static bool MeanTheSame(RoleDefinition a, RoleDefinition b) => Ordered(a).SameAs(Ordered(b));

    static RoleDefinition Ordered(RoleDefinition definition) => definition with
    {
        Access = [.. definition.Access.Order(StringComparer.Ordinal)],
        Conditions = definition.Conditions with { SourceNetworks = [.. definition.Conditions.SourceNetworks.Order(StringComparer.Ordinal)] },
        Uploads = definition.Uploads with { ContentTypes = [.. definition.Uploads.ContentTypes.Order(StringComparer.Ordinal)] },
    };

    static void CheckPlace(RoleDefinition definition, TenantDefinition tenant, FieldErrors errors)
    {
        var entry = tenant.Storage.FirstOrDefault(e => e.Name == definition.Storage);
        errors.Demand(entry is not null, "storage", "names no storage entry of the tenant");
        errors.Note("subPrefix", KeyPrefix.BrokenRule(definition.SubPrefix));
        // The whole prefix has a key's bound too, or no object could lie below it.
        if (entry is not null) errors.Note("subPrefix", KeyPrefix.BrokenRule(entry.KeyPrefix + definition.SubPrefix));
    }

    static void CheckConditions(RoleConditions conditions, FieldErrors errors)
    {
        errors.DemandCount(conditions.SourceNetworks.Length, 20, "conditions.sourceNetworks");
        for (var i = 0; i < conditions.SourceNetworks.Length; i++)
            errors.Demand(Networks.IsValid(conditions.SourceNetworks[i]), $"conditions.sourceNetworks[{i}]", Networks.Rule);
    }

    static void CheckUploads(UploadBounds uploads, TenantDefinition tenant, FieldErrors errors)
    {
        errors.DemandRange(uploads.MinBytes, 0, UploadBounds.LargestObject, "uploads.minBytes");
        errors.DemandRange(uploads.MaxBytes, 0, UploadBounds.LargestObject, "uploads.maxBytes");
        errors.Demand(uploads.MaxBytes >= uploads.MinBytes, "uploads.maxBytes", "must not be less than minBytes");
        CheckContentTypes(uploads.ContentTypes, "uploads.contentTypes", errors);
        errors.Note("uploads.callback", BrokenCallbackRule(uploads.Callback, tenant));
    }

    internal static void CheckContentTypes(string[] types, string field, FieldErrors errors)
    {
        errors.DemandCount(types.Length, 50, field);
        errors.Demand(types.All(t => ContentType().IsMatch(t)), field, "must be types such as image/png, or one such as image/*");
        errors.Demand(types.Length == 1 || !types.Any(t => t.EndsWith("/*", StringComparison.Ordinal)), field, "a type/* must stand alone");
    }

    static string? BrokenCallbackRule(string? callback, TenantDefinition tenant)
    {
        if (callback is null) return null;
        if (!Uri.TryCreate(callback, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.UserInfo.Length > 0) return "must be an https URL";
        return tenant.Limits.CallbackHosts.Contains(url.Host, StringComparer.OrdinalIgnoreCase) ? null : "its host must be one of the tenant's limits.callbackHosts";
    }

    [GeneratedRegex(@"\A[a-z0-9!#$&^_.+-]{1,64}/(\*|[a-z0-9!#$&^_.+-]{1,64})\z")]
    private static partial Regex ContentType();
}
