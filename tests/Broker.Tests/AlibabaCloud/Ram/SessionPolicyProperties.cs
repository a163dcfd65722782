using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Broker.AlibabaCloud.Ram;
using CsCheck;

namespace Broker.Tests.AlibabaCloud.Ram;

/// <summary>Random grants, compiled, and random requests: the policy allows what the grant means, and nothing else.</summary>
public class SessionPolicyProperties
{
    static readonly JsonSerializerOptions Minified = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly Gen<string> Prefixes = OneOf("", "t/", "t/a/", "t/a \"b\"/", "租户/", "t/a'<&>/");
    static readonly Gen<SessionGrant> Grants = Gen.Select(Gen.Int[0, 15], Prefixes, OneOf("203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32").Array[0, 3], Gen.Bool,
        (access, prefix, networks, https) => new SessionGrant("bkt", prefix, (ObjectAccess)access, networks, https, []));

    static readonly Gen<Wanted> Requests = Gen.Select(
        OneOf("oss:GetObject", "oss:PutObject", "oss:AbortMultipartUpload", "oss:ListParts", "oss:ListObjects", "oss:DeleteObject", "oss:ListMultipartUploads", "oss:PutObjectAcl", "oss:GetBucketInfo", "oss:DeleteBucket"),
        OneOf("bkt", "bkt", "bkt", "bkt2"), Gen.Select(Prefixes, OneOf("", "x", "a/x", "*"), (prefix, rest) => prefix + rest),
        OneOf("203.0.113.9", "10.1.2.3", "192.0.2.1", "2001:db8::1"), Gen.Bool, OneOf("", "default", "private", "public-read", "public-read-write"),
        (action, bucket, key, address, https, acl) => new Wanted(action, bucket, key, address, https, acl));

    sealed record Wanted(string Action, string Bucket, string Key, string Address, bool Https, string Acl)
    {
        public PolicyRequest ToRequest()
        {
            var context = new Dictionary<string, string> { ["acs:SourceIp"] = Address, ["acs:SecureTransport"] = Https ? "true" : "false" };
            if (Acl.Length > 0) context["oss:x-oss-object-acl"] = Acl;
            if (Action == "oss:ListObjects") context["oss:Prefix"] = Key;
            return new(Action, $"acs:oss:oss-cn-hangzhou:1:{Bucket}{(OnObject && Key.Length > 0 ? $"/{Key}" : "")}", context);
        }

        bool OnObject => Action is not ("oss:ListObjects" or "oss:ListMultipartUploads" or "oss:GetBucketInfo" or "oss:DeleteBucket");

        public ObjectAccess Needed => Action switch
        {
            "oss:GetObject" => ObjectAccess.Read,
            "oss:PutObject" or "oss:AbortMultipartUpload" or "oss:ListParts" => ObjectAccess.Write,
            "oss:ListObjects" => ObjectAccess.List,
            "oss:DeleteObject" => ObjectAccess.Delete,
            _ => ObjectAccess.None,
        };

        public bool NamesItsTarget => !OnObject || Key.Length > 0;
    }

    /// <summary>What a grant means, without RAM's language.</summary>
    static bool Means(SessionGrant grant, Wanted wanted) =>
        wanted.Needed != ObjectAccess.None && grant.Access.HasFlag(wanted.Needed)
        && wanted.NamesItsTarget && wanted.Bucket == grant.Bucket && wanted.Key.StartsWith(grant.Prefix, StringComparison.Ordinal)
        && (grant.SourceNetworks.Count == 0 || grant.SourceNetworks.Any(n => IPNetwork.Parse(n).Contains(IPAddress.Parse(wanted.Address))))
        && (wanted.Https || !grant.SecureTransport)
        && !(wanted.Action == "oss:PutObject" && wanted.Acl.StartsWith("public", StringComparison.Ordinal));

    [Fact]
    public void A_compiled_policy_allows_exactly_what_its_grant_means()
    {
        var allowed = 0;
        Gen.Select(Grants, Requests).Sample((grant, wanted) =>
        {
            var verdict = PolicyExplanation.Explain(SessionPolicy.Compile(grant), wanted.ToRequest());
            if (verdict.Allowed) Interlocked.Increment(ref allowed);
            return verdict.Allowed == Means(grant, wanted);
        }, iter: 50_000);
        Assert.InRange(allowed, 500, 50_000);
    }

    [Fact]
    public void Equal_grants_compile_to_equal_minified_text_without_a_wildcard_that_came_from_a_name() => Grants.Sample(grant =>
    {
        var policy = SessionPolicy.Compile(grant);
        using var document = JsonDocument.Parse(policy);
        var minified = JsonSerializer.Serialize(document.RootElement, Minified);
        return policy == minified && policy == SessionPolicy.Compile(grant with { SourceNetworks = [.. grant.SourceNetworks] })
            && document.RootElement.GetProperty("Statement").GetArrayLength() > 0
            && SessionPolicy.Bytes(policy) == Encoding.UTF8.GetByteCount(policy) && !policy.Contains('?', StringComparison.Ordinal);
    }, iter: 5_000);

    static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);
}
