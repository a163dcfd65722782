using System.Text.RegularExpressions;

namespace Broker;

/// <summary>What forms may be signed under a role. Pure.</summary>
public static partial class PostFormRules
{
    const int MostMetadata = 20;

    /// <summary>Throws <see cref="ErrorCode.InvalidRequest"/> when the request is malformed, and <see cref="ErrorCode.NotPermittedByPolicy"/> when it widens what the role permits.</summary>
    public static void Validate(PostFormRequest request, RoleDefinition role, string fullPrefix)
    {
        var errors = new FieldErrors();
        errors.Demand((request.Key is null) != (request.KeyPrefix is null), "key", "must be given, or keyPrefix, but not both");
        if (request.Key is { } key) errors.Note("key", BrokenKeyRule(key) ?? KeyPrefix.BrokenKeyRule(fullPrefix + key));
        if (request.KeyPrefix is { } prefix) errors.Note("keyPrefix", KeyPrefix.BrokenRule(prefix) ?? KeyPrefix.BrokenRule(fullPrefix + prefix));
        errors.Demand(request.MinBytes is null or >= 0, "minBytes", "must be 0 or more");
        errors.Demand(request.MaxBytes is null or >= 0, "maxBytes", "must be 0 or more");
        errors.Demand((request.MaxBytes ?? role.Uploads.MaxBytes) >= (request.MinBytes ?? role.Uploads.MinBytes), "maxBytes", "must not be less than minBytes");
        if (request.ContentTypes is { } types) RoleRules.CheckContentTypes(types, "contentTypes", errors);
        errors.Demand(request.ExpiresIn is null or >= 1, "expiresIn", "must be 1 or more");
        errors.Demand(request.SuccessStatus is 200 or 201 or 204, "successStatus", "must be 200, 201 or 204");
        errors.Demand(request.SuccessRedirect is null || IsRedirect(request.SuccessRedirect), "successRedirect", "must be an https URL; http is for loopback hosts only");
        errors.DemandCount(request.Metadata.Count, MostMetadata, "metadata");
        foreach (var (name, value) in request.Metadata)
            errors.Demand(MetadataName().IsMatch(name) && HeaderText.IsValue(value), $"metadata.{name}", "must be a lower-case name with a printable value");
        errors.ThrowIfAny();

        CheckBounds(request, role, errors);
        errors.ThrowIfAny(ErrorCode.NotPermittedByPolicy);
    }

    static void CheckBounds(PostFormRequest request, RoleDefinition role, FieldErrors errors)
    {
        var uploads = role.Uploads;
        errors.Demand(role.Access.Contains(RoleAccess.Write), "key", "needs the role's access 'write'");
        errors.Note("minBytes", request.MinBytes < uploads.MinBytes ? $"must be at least the role's {uploads.MinBytes}" : null);
        errors.Note("maxBytes", request.MaxBytes > uploads.MaxBytes ? $"must be at most the role's {uploads.MaxBytes}" : null);
        errors.Note("expiresIn", request.ExpiresIn > uploads.MaxExpiresIn ? $"must be at most the role's uploads.maxExpiresIn, {uploads.MaxExpiresIn}" : null);
        errors.Demand(!(uploads.ForbidOverwrite && request.ForbidOverwrite == false), "forbidOverwrite", "must be true: the role forbids overwriting");
        errors.Demand(request.Callback is null || request.Callback == uploads.Callback, "callback", "must be the role's own");
        if (request.ContentTypes is { Length: > 0 } types && !types.All(type => ContentTypes.Permit(uploads.ContentTypes, type)))
            errors.Note("contentTypes", $"must be of those that the role permits: {string.Join(", ", uploads.ContentTypes)}");
    }

    /// <summary><c>${</c> begins a variable of OSS's.</summary>
    static string? BrokenKeyRule(string key) =>
        KeyPrefix.BrokenKeyRule(key) ?? (key.Contains("${", StringComparison.Ordinal) ? "must not contain '${'" : null);

    static bool IsRedirect(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && HeaderText.IsValue(text)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?\z")]
    private static partial Regex MetadataName();
}
