namespace Broker;

/// <summary>What may be signed under a role. Pure. Malformed requests are <see cref="ErrorCode.InvalidRequest"/>, others <see cref="ErrorCode.NotPermittedByPolicy"/>.</summary>
public static class SignUrlRules
{
    static readonly string[] Methods = ["GET", "HEAD", "PUT", "POST", "DELETE"];

    static readonly string[] ResponseParameters =
        ["response-content-type", "response-content-language", "response-expires", "response-cache-control", "response-content-disposition", "response-content-encoding"];

    /// <summary>Throws unless the request is well formed and the role permits it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="role">The role's settings.</param>
    /// <param name="fullPrefix">The role's full prefix, which counts towards the key's length.</param>
    /// <param name="within">Where the request stands in the body, such as <c>requests[3].</c>; empty: it is the body.</param>
    public static void Validate(SignUrl request, RoleDefinition role, string fullPrefix, string within)
    {
        var errors = new FieldErrors(within);
        errors.Demand(Methods.Contains(request.Method), "method", "must be GET, HEAD, PUT, POST or DELETE");
        errors.Note("key", KeyPrefix.BrokenKeyRule(request.Key) ?? KeyPrefix.BrokenKeyRule(fullPrefix + request.Key));
        errors.Demand(request.ExpiresIn is null or >= 1, "expiresIn", "must be 1 or more");
        errors.Demand(request.Lifetime is "clamp" or "require", "lifetime", "must be clamp or require");
        errors.Demand(request.ContentType is null || HeaderText.IsValue(request.ContentType), "contentType", "must be a media type");
        errors.Demand(request.ContentMd5 is null || HeaderText.IsMd5(request.ContentMd5), "contentMd5", "must be the base64 of 16 bytes");
        foreach (var (name, value) in request.Headers)
            errors.Demand(HeaderText.IsName(name) && HeaderText.IsValue(value), $"headers.{name}", "must be a lower-case header name with a printable value");
        errors.ThrowIfAny();

        foreach (var (name, rule) in Forbidden(request, role))
            errors.Note(name, rule);
        errors.ThrowIfAny(ErrorCode.NotPermittedByPolicy);
    }

    /// <summary>The headers that the URL's client must send: those that were asked for, and the one that keeps objects from being replaced.</summary>
    public static Dictionary<string, string> HeadersToSend(SignUrl request, RoleDefinition role)
    {
        var headers = new Dictionary<string, string>(request.Headers);
        if (request.ContentType is { } type) headers["Content-Type"] = type;
        if (request.ContentMd5 is { } md5) headers["Content-MD5"] = md5;
        if (role.Uploads.ForbidOverwrite && Writes(request)) headers["x-oss-forbid-overwrite"] = "true";
        return headers;
    }

    static IEnumerable<(string Field, string? Rule)> Forbidden(SignUrl request, RoleDefinition role)
    {
        var needed = request.Method switch { "GET" or "HEAD" => RoleAccess.Read, "DELETE" => RoleAccess.Delete, _ => RoleAccess.Write };
        yield return ("method", role.Access.Contains(needed) ? null : $"needs the role's access '{needed}'");
        yield return ("expiresIn", request.ExpiresIn > role.SignedUrls.MaxExpiresIn ? $"must be at most the role's signedUrls.maxExpiresIn, {role.SignedUrls.MaxExpiresIn}" : null);
        foreach (var (name, value) in request.Query) yield return ($"query.{name}", BrokenQueryRule(request, name, value));
        var parts = request.Query.ContainsKey("partNumber");
        yield return ("query.uploadId", parts != (request.Method == "PUT" && request.Query.ContainsKey("uploadId")) ? "belongs with partNumber in a PUT" : null);
        yield return ("query", request.Method == "POST" && request.Query.ContainsKey("uploads") == request.Query.ContainsKey("uploadId") ? "must have uploads or uploadId in a POST" : null);
        foreach (var name in request.Headers.Keys) yield return ($"headers.{name}", BrokenHeaderRule(request, role, name));
        yield return ("contentType", BrokenTypeRule(request, role));
        yield return ("contentMd5", request.ContentMd5 is not null && request.Method is not ("PUT" or "POST") ? "belongs with PUT and POST" : null);
    }

    static string? BrokenQueryRule(SignUrl request, string name, string value) => name switch
    {
        "uploads" => request.Method == "POST" && value.Length == 0 ? null : "belongs with POST, without a value",
        "uploadId" => request.Method is "PUT" or "POST" && value.Length > 0 ? null : "belongs with PUT and POST",
        "partNumber" => int.TryParse(value, out var part) && part is >= 1 and <= 10_000 ? null : "must be 1 to 10000",
        "versionId" => request.Method is "GET" or "HEAD" or "DELETE" && value.Length > 0 ? null : "belongs with GET, HEAD and DELETE",
        "x-oss-process" => request.Method == "GET" && !WritesOrReadsAnother(value) ? null : "belongs with GET, without saveas and without the image of another object",
        _ when ResponseParameters.Contains(name) => request.Method == "GET" ? null : "belongs with GET",
        _ => "cannot be signed",
    };

    /// <summary>saveas writes an object; a watermark's image_ names one to read, which may be anybody's in the bucket.</summary>
    static bool WritesOrReadsAnother(string process) =>
        process.Contains("saveas", StringComparison.OrdinalIgnoreCase) || process.Contains("image_", StringComparison.OrdinalIgnoreCase);

    static string? BrokenHeaderRule(SignUrl request, RoleDefinition role, string name)
    {
        if (request.Method is not ("PUT" or "POST")) return "belongs with PUT and POST";
        if (name == "x-oss-forbid-overwrite") return role.Uploads.ForbidOverwrite && request.Headers[name] != "true" ? "must be true: the role forbids overwriting" : null;
        var known = name is "x-oss-storage-class" || name.StartsWith("x-oss-meta-", StringComparison.Ordinal) || name.StartsWith("x-oss-server-side-encryption", StringComparison.Ordinal);
        return known ? null : "cannot be signed";
    }

    static string? BrokenTypeRule(SignUrl request, RoleDefinition role)
    {
        if (request.ContentType is not null && request.Method is not ("PUT" or "POST")) return "belongs with PUT and POST";
        var begins = (request.Method == "PUT" && !request.Query.ContainsKey("partNumber")) || request.Query.ContainsKey("uploads");
        if (!begins || role.Uploads.ContentTypes.Length == 0) return null;
        return request.ContentType is { } type && ContentTypes.Permit(role.Uploads.ContentTypes, type) ? null : $"must be one that the role permits: {string.Join(", ", role.Uploads.ContentTypes)}";
    }

    /// <summary>The PUT of an object, and the POST that completes one of parts.</summary>
    static bool Writes(SignUrl request) =>
        (request.Method == "PUT" && !request.Query.ContainsKey("partNumber")) || (request.Method == "POST" && request.Query.ContainsKey("uploadId"));
}
