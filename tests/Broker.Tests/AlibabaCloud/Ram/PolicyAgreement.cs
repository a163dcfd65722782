using System.Text.Json;
using System.Text.Json.Nodes;
using Broker.AlibabaCloud.Ram;
using Broker.Emulator.Ram;
using CsCheck;

namespace Broker.Tests.AlibabaCloud.Ram;

/// <summary>Random policies and requests, judged by the explanation and by the emulator, which share no code.</summary>
public class PolicyAgreement
{
    // Few and alike, so that patterns meet what they are for about as often as they miss it.
    static readonly Gen<string> Actions = OneOf("oss:GetObject", "oss:PutObject", "oss:ListObjects", "oss:DeleteObject", "OSS:getobject", "oss:ListMultipartUploads");
    static readonly Gen<string> ActionPatterns = Gen.OneOf(Actions, OneOf("*", "oss:*", "oss:Get*", "oss:*Object", "oss:?etObject", "oss:*t*ject*", "oss:list?bjects", "ecs:*", "*", "oss:*"));
    static readonly Gen<string> Keys = OneOf("", "/t/a/x", "/t/a/y.png", "/t/b/x", "/t/a/", "/x:bkt/t/a/x", "/t/A/x", "/t/*/x");
    static readonly Gen<string> Resources = Gen.Select(OneOf("oss-cn-hangzhou", "oss-cn-beijing"), OneOf("1", "2"), OneOf("bkt", "other"), Keys, (region, account, bucket, key) => $"acs:oss:{region}:{account}:{bucket}{key}");
    static readonly Gen<string> ResourcePatterns = Gen.OneOf(Resources,
        OneOf("*", "acs:oss:*:*:*", "acs:oss:*:*:bkt", "acs:oss:*:*:bkt/*", "acs:oss:*:*:bkt/t/a/*", "acs:oss:*:1:bkt/*/x", "acs:oss:oss-cn-*:*:b?t/t/?/*.png", "acs:*:*:*:other*", "acs:oss:*:*", "acs:oss*", "*", "acs:oss:*:*:bkt/*"));

    static readonly Gen<string> Addresses = OneOf("203.0.113.7", "203.0.114.0", "::ffff:203.0.113.7", "2001:db8::1", "10.0.0.1", "nowhere");
    static readonly Gen<string> Networks = OneOf("203.0.113.0/24", "203.0.113.7", "0.0.0.0/0", "2001:db8::/32", "::/0", "203.0.113.*", "10.0.0.1/8", "nowhere");
    static readonly Gen<string> Prefixes = OneOf("", "t/a/", "t/a/x", "T/A/", "t/*", "t/?/", "*");
    static readonly Gen<string> Truths = OneOf("true", "false", "TRUE");
    static readonly Gen<string> Numbers = OneOf("10", "9.5", "010", "-1", "ten");
    static readonly Gen<string> Dates = OneOf("2026-11-24T12:00:00Z", "2026-11-24T20:00:00+08:00", "2026-11-24T12:00:00", "2026-11-25T00:00:00Z", "soon");
    static readonly Gen<string> Acls = OneOf("public-read", "private", "default", "public-*");

    // What each key is for, and now and then what it is not.
    static readonly (string Key, Gen<string> Given, Gen<string> Wanted, string[] Operators)[] Facts =
    [
        ("acs:SourceIp", Addresses, Networks, ["IpAddress", "NotIpAddress"]),
        ("acs:SecureTransport", Truths, Truths, ["Bool"]),
        ("acs:CurrentTime", Dates, Dates, Compared("Date")),
        ("oss:Prefix", Prefixes, Prefixes, ["StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]),
        ("oss:x-oss-object-acl", Acls, Acls, ["StringEquals", "StringNotEquals", "StringLike"]),
        ("acs:Count", Numbers, Numbers, Compared("Numeric")),
    ];
    static readonly Gen<string> AnyValue = Gen.OneOf([.. Facts.Select(f => f.Wanted)]);
    static readonly Gen<(string Operator, string Key, JsonNode Values)> Apt =
        Gen.OneOf([.. Facts.Select(fact => Gen.Select(OneOf(fact.Operators), Lists(fact.Wanted), (op, values) => (op, fact.Key, values)))]);
    static readonly Gen<(string Operator, string Key, JsonNode Values)> Odd =
        Gen.Select(OneOf([.. Facts.SelectMany(f => f.Operators)]), OneOf([.. Facts.Select(f => f.Key)]), Lists(AnyValue), (op, key, values) => (op, key, values));

    static readonly Gen<JsonNode> Conditions = Gen.Frequency((4, Apt), (1, Odd)).Array[0, 2].Select(conditions => (JsonNode)new JsonObject(
        conditions.GroupBy(c => c.Operator).Select(block => KeyValuePair.Create(block.Key, (JsonNode?)new JsonObject(
            block.DistinctBy(c => c.Key).Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Values.DeepClone())))))));

    static readonly Gen<Dictionary<string, string>> Contexts = Facts.Aggregate(Gen.Const(Array.Empty<KeyValuePair<string, string>>()), (given, fact) =>
        Gen.Select(given, Gen.Int[0, 4], fact.Given, (others, present, value) => present == 0 ? others : [.. others, new(fact.Key, value)])).Select(given => given.ToDictionary());

    static Gen<JsonNode> Statements(string[] effects) =>
        Gen.Select(OneOf(effects), OneOf("Action", "Action", "Action", "NotAction"), Lists(ActionPatterns), Lists(ResourcePatterns), Conditions, (effect, action, actions, resources, conditions) =>
            (JsonNode)new JsonObject { ["Effect"] = effect, [action] = actions, ["Resource"] = resources, ["Condition"] = conditions });

    static readonly Gen<string> AnyPolicy = Statements(["Allow", "Allow", "Deny"]).Array[0, 5].Select(statements =>
        new JsonObject { ["Version"] = "1", ["Statement"] = new JsonArray([.. statements.Select(s => s.DeepClone())]) }.ToJsonString());

    static readonly Gen<string> CompiledPolicy = Gen.Select(Gen.Int[0, 15], OneOf("", "t/", "t/a/"), OneOf("203.0.113.0/24", "2001:db8::/32").Array[0, 2], Gen.Bool, Statements(["Deny"]).Array[0, 3],
        (access, prefix, networks, https, denials) => SessionPolicy.Compile(new("bkt", prefix, (ObjectAccess)access, networks, https, [.. denials.Select(d => d.ToJsonString())])));

    static readonly Gen<(string Action, string Resource, Dictionary<string, string> Context)> Requests = Gen.Select(Actions, Resources, Contexts);

    [Fact]
    public void The_explanation_and_the_emulator_agree_on_60_000_policies()
    {
        Agree(AnyPolicy, 30_000);
        Agree(CompiledPolicy, 30_000);
    }

    static void Agree(Gen<string> policies, int count)
    {
        var allowed = 0;
        Gen.Select(policies, Requests).Sample((policy, request) =>
        {
            var verdict = PolicyExplanation.Explain(policy, new(request.Action, request.Resource, request.Context));
            if (verdict.Allowed) Interlocked.Increment(ref allowed);
            return verdict.Allowed == PolicyEvaluation.Allows(new(request.Action, request.Resource, request.Context), RamPolicy.Parse(policy), null);
        }, iter: count, print: sample => JsonSerializer.Serialize(new { policy = sample.Item1, action = sample.Item2.Action, resource = sample.Item2.Resource, context = sample.Item2.Context }));
        // Agreement on refusals alone would show little.
        Assert.InRange(allowed, count / 100, count);
    }

    static string[] Compared(string type) => [.. ((string[])["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]).Select(compared => type + compared)];

    static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    static Gen<JsonNode> Lists(Gen<string> texts) => texts.Array[1, 3].Select(values => values.Length == 1 ? (JsonNode)values[0] : new JsonArray([.. values.Select(v => (JsonNode)v)]));
}
