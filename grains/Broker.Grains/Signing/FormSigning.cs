using System.Globalization;
using System.Text.Json;
using Broker.AlibabaCloud.Oss;

namespace Broker.Grains.Signing;

/// <summary>Signs an upload form that the rules permit. Pure. Whatever the form sets, a condition pins.</summary>
static class FormSigning
{
    // OSS answers the variables of its own; the application reads them from the body.
    const string CallbackBody = "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&mimeType=${mimeType}";

    public static PostForm Sign(PostFormRequest request, RoleDefinition role, SigningSession session, DateTimeOffset now)
    {
        var life = session.LifeOf(request.ExpiresIn ?? role.Uploads.MaxExpiresIn!.Value, now);
        var policy = new PostPolicy(life.End).Equal("bucket", session.Place.Bucket)
            .Length(request.MinBytes ?? role.Uploads.MinBytes, request.MaxBytes ?? role.Uploads.MaxBytes);
        var fields = new List<KeyValuePair<string, string>>();
        AddKey(request, session.Prefix, policy, fields);
        AddTypes(request.ContentTypes is { Length: > 0 } own ? own : role.Uploads.ContentTypes, policy, fields);
        foreach (var (name, value) in Pinned(request, role, session, life.Begin))
        {
            policy.Equal(name, value);
            fields.Add(new(name, value));
        }
        var encoded = policy.Encode();
        fields.Add(new("policy", encoded));
        fields.Add(new("x-oss-signature", session.Signer.SignPolicy(encoded, life.Begin)));
        return new(session.Place.Url, [.. fields], session.Prefix, life.End, life.Clamped, session.Snapshot.AccessKeyId, session.Snapshot.Version);
    }

    static void AddKey(PostFormRequest request, string prefix, PostPolicy policy, List<KeyValuePair<string, string>> fields)
    {
        if (request.Key is { } key)
        {
            policy.Equal("key", prefix + key);
            fields.Add(new("key", prefix + key));
            return;
        }
        policy.StartsWith("key", prefix + request.KeyPrefix);
        fields.Add(new("key", prefix + request.KeyPrefix + "${filename}"));
    }

    /// <summary>x-oss-content-type overrides the type of the file's part, so both are bound alike.</summary>
    static void AddTypes(string[] types, PostPolicy policy, List<KeyValuePair<string, string>> fields)
    {
        if (types.Length == 0) return;
        foreach (var field in (ReadOnlySpan<string>)["content-type", "x-oss-content-type"])
        {
            if (ContentTypes.Wildcard(types) is { } family) policy.StartsWith(field, family);
            else if (types is [var only])
            {
                policy.Equal(field, only);
                fields.Add(new(field, only));
            }
            else policy.In(field, types);
        }
    }

    static IEnumerable<(string Name, string Value)> Pinned(PostFormRequest request, RoleDefinition role, SigningSession session, DateTimeOffset begin)
    {
        yield return ("x-oss-object-acl", "default");
        yield return ("x-oss-forbid-overwrite", role.Uploads.ForbidOverwrite || request.ForbidOverwrite == true ? "true" : "false");
        yield return ("success_action_status", request.SuccessStatus.ToString(CultureInfo.InvariantCulture));
        if (request.SuccessRedirect is { } redirect) yield return ("success_action_redirect", redirect);
        foreach (var (name, value) in request.Metadata) yield return ($"x-oss-meta-{name}", value);
        if (role.Uploads.Callback is { } callback) yield return ("callback", Callback(callback));
        yield return ("x-oss-signature-version", OssV4Signer.Algorithm);
        yield return ("x-oss-credential", session.Signer.Scope(begin));
        yield return ("x-oss-date", OssV4Signer.DateTime(begin));
        yield return ("x-oss-security-token", session.Snapshot.SecurityToken);
    }

    static string Callback(string url) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(
        new { callbackUrl = url, callbackBody = CallbackBody, callbackBodyType = "application/x-www-form-urlencoded" }));
}
