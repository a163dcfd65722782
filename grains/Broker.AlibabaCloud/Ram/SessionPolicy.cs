using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Broker.AlibabaCloud.Ram;

/// <summary>What a session may do below its prefix.</summary>
[Flags]
public enum ObjectAccess
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>GetObject.</summary>
    Read = 1,
    /// <summary>PutObject, AbortMultipartUpload, ListParts.</summary>
    Write = 2,
    /// <summary>ListObjects, by prefix.</summary>
    List = 4,
    /// <summary>DeleteObject.</summary>
    Delete = 8,
}

/// <summary>What a session policy grants.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">The full prefix; must hold no <c>*</c>, <c>?</c> or <c>${</c>, for which RAM has no escape.</param>
/// <param name="Access">The access below it; none compiles to a Deny of everything.</param>
/// <param name="SourceNetworks">CIDR blocks from which the session works; empty: from everywhere.</param>
/// <param name="SecureTransport">Whether the session works over https only.</param>
/// <param name="ExtraStatements">Deny statements in RAM's grammar, as JSON, added as they are.</param>
public sealed record SessionGrant(
    string Bucket, string Prefix, ObjectAccess Access,
    IReadOnlyList<string> SourceNetworks, bool SecureTransport, IReadOnlyList<string> ExtraStatements);

/// <summary>
/// Compiles the session policy that narrows an assumed role: the least that the grant means, in RAM's language (version 1).
/// Pure: equal grants give equal text. Never ListMultipartUploads, which names no prefix and so shows the whole bucket.
/// </summary>
public static class SessionPolicy
{
    /// <summary>STS accepts session policies below 2,048 bytes.</summary>
    public const int MaxBytes = 2047;

    // A public object would be readable without any credential. Condition key: OSS's page on authorization elements.
    static readonly string[] PublicAcls = ["public-read", "public-read-write"];

    static readonly JsonSerializerOptions Minified = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The policy as minified JSON. The caller compares its UTF-8 length with <see cref="MaxBytes"/>.</summary>
    /// <exception cref="ArgumentException">The bucket, the prefix or an extra statement would widen the grant.</exception>
    public static string Compile(SessionGrant grant)
    {
        if (Widens(grant.Bucket) || Widens(grant.Prefix))
            throw new ArgumentException("A bucket or prefix with a wildcard or variable would grant more than it names.", nameof(grant));
        var statements = new JsonArray();
        if (grant.Access == ObjectAccess.None) statements.Add(Deny(["*"], "*"));
        else AddGrants(statements, grant);
        foreach (var extra in grant.ExtraStatements) statements.Add(DenyOnly(extra));
        return new JsonObject { ["Version"] = "1", ["Statement"] = statements }.ToJsonString(Minified);
    }

    /// <summary>The policy's length as STS counts it.</summary>
    public static int Bytes(string policy) => Encoding.UTF8.GetByteCount(policy);

    static bool Widens(string name) => name.AsSpan().ContainsAny('*', '?') || name.Contains("${", StringComparison.Ordinal);

    static JsonObject DenyOnly(string statement) =>
        JsonNode.Parse(statement) is JsonObject extra && (string?)extra["Effect"] == "Deny" ? extra : throw new ArgumentException("An extra statement that is no Deny would widen the grant.");

    static void AddGrants(JsonArray statements, SessionGrant grant)
    {
        var objects = $"acs:oss:*:*:{grant.Bucket}/{grant.Prefix}*";
        var actions = ObjectActions(grant.Access);
        if (actions.Count > 0) statements.Add(Allow(actions, objects, Conditions(grant)));
        if (grant.Access.HasFlag(ObjectAccess.List))
        {
            var conditions = Conditions(grant);
            if (grant.Prefix.Length > 0) conditions["StringLike"] = new JsonObject { ["oss:Prefix"] = $"{grant.Prefix}*" };
            statements.Add(Allow(["oss:ListObjects"], $"acs:oss:*:*:{grant.Bucket}", conditions));
        }
        if (grant.Access.HasFlag(ObjectAccess.Write)) statements.Add(DenyPublicAcls(objects));
    }

    static List<string> ObjectActions(ObjectAccess access)
    {
        var actions = new List<string>();
        if (access.HasFlag(ObjectAccess.Read)) actions.Add("oss:GetObject");
        if (access.HasFlag(ObjectAccess.Write)) actions.AddRange(["oss:PutObject", "oss:AbortMultipartUpload", "oss:ListParts"]);
        if (access.HasFlag(ObjectAccess.Delete)) actions.Add("oss:DeleteObject");
        return actions;
    }

    static JsonObject Conditions(SessionGrant grant)
    {
        var conditions = new JsonObject();
        if (grant.SourceNetworks.Count > 0) conditions["IpAddress"] = new JsonObject { ["acs:SourceIp"] = Strings(grant.SourceNetworks) };
        if (grant.SecureTransport) conditions["Bool"] = new JsonObject { ["acs:SecureTransport"] = "true" };
        return conditions;
    }

    static JsonObject Allow(IReadOnlyList<string> actions, string resource, JsonObject conditions)
    {
        var statement = Statement("Allow", actions, resource);
        if (conditions.Count > 0) statement["Condition"] = conditions;
        return statement;
    }

    static JsonObject Deny(IReadOnlyList<string> actions, string resource) => Statement("Deny", actions, resource);

    static JsonObject DenyPublicAcls(string resource)
    {
        var statement = Deny(["oss:PutObject"], resource);
        statement["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { ["oss:x-oss-object-acl"] = Strings(PublicAcls) } };
        return statement;
    }

    static JsonObject Statement(string effect, IReadOnlyList<string> actions, string resource) =>
        new() { ["Effect"] = effect, ["Action"] = actions.Count == 1 ? actions[0] : Strings(actions), ["Resource"] = resource };

    static JsonArray Strings(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];
}
