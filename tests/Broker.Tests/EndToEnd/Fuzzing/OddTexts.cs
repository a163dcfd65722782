namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>Values that programs stumble over, as JSON writes them.</summary>
static class OddTexts
{
    /// <summary>Stands in values of requests; no answer that refuses one, and no log, may say it.</summary>
    public const string Marker = "planted-marker-of-a-body";

    public static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "1.5", "1.0", "1e2", "1E400", "1e-400", "-1e9", "59", "60", "61", "899", "900", "43200", "43201", "1000", "1001", "10000", "10001", "99999",
        "5368709120", "5368709121", "2147483647", "2147483648", "-2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775808", new('9', 600),
    ];

    static readonly string[] Texts =
    [
        "", " ", "a", "A", "*", "?", "${", "${filename}", "..", ".", "../", "../../x", "a/../b", "a//b/", "/", "\\\\", "a/", "a\\\\b/", "%2e%2e%2f", "%00", "\\u0000", "a\\u0001b", "\\r\\nX-Odd: 1",
        "\\ud800", "\\udc00x", "x\\ud800", "中文/文件.png", "\\u202egnp.exe", "e\\u0301", "\\ud83d\\ude00/", "\\ufeff", "\\uffff", "null", "true", "0", "-", "a-", "'; DROP TABLE broker_audit; --", "<script>",
        "{{7*7}}", new('a', 64), $"{new string('a', 1024)}/", $"{new string('中', 400)}/", new('x', 70_000), Marker, Marker + "\\u0001", $"{Marker}/", "2026-11-24T12:00:00Z", "AAAAAAAAAAAAAAAAAAAAAA==",
    ];

    public static readonly string[] Strings = [.. Texts.Select(text => $"\"{text}\"")];

    public static readonly string[] Others = ["null", "true", "false", "{}", "[]", "[null]", "[[]]", "{\"\":{}}", "nul", "NaN", "'a'", "\"open", "0x10", "01", "+1", "[1,]", "/* c */1"];

    public static readonly string[] Names =
    [
        "\"\"", "\"x\"", "\"__proto__\"", "\"requests\"", "\"multipart\"", "\"\\ud800-and-more-text\"", "\"\\udc00\"", "\"\\u0000\"", "\"a.b[0]\"", "\"中\"", $"\"{new string('n', 20_000)}\"", "\"Disabled\"", "\"$type\"",
    ];

    /// <summary>Values that a field of this name may know, the odd ones among them.</summary>
    public static readonly Dictionary<string, string[]> OfField = new()
    {
        ["endpoint"] =
        [
            "null", "\"https://[::1]\"", "\"https://[::1]:99999\"", "\"http://localhost\"", "\"http://127.1\"", "\"http://[::1]:1\"", "\"https://a\"", "\"https://1.2.3.4\"", "\"https://x:y@a.b\"", "\"https://a.b#c\"",
            "\"https://中.cn\"", "\"https://a_b\"", "\"https://-a\"", "\"https://a..b\"", "\"file:///x\"", "\"https:a\"", "\"HTTPS://A.B:443\"", "\" https://a.b\"", $"\"https://{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}.{new string('d', 50)}\"",
        ],
        ["addressing"] = ["\"virtual\"", "\"cname\"", "\"path\"", "\"Path\""],
        ["bucket"] = ["\"aaa\"", "\"test-bucket\"", "\"a.b.c\"", $"\"{new string('b', 63)}\"", "\"a--b\"", "\"xn--a\""],
        ["region"] = ["\"cn-hangzhou\"", "\"eu\"", "\"a-b\"", $"\"{new string('r', 40)}\"", "\"cn-hangzhou-internal\""],
        ["roleArn"] = ["\"acs:ram::1234567890123456:role/other\"", "\"acs:ram::1:role/x\"", "\"acs:ram::1234567890123456:role/\"", "\"acs:ram::*:role/*\""],
        ["externalId"] = ["null", "\"ab\"", $"\"{new string('e', 1224)}\"", "\"a b\""],
        ["issuer"] = ["\"https://issuer.invalid\"", "\"https://[::1]/x\"", "\"https://a:99999\"", "\"https://\"", "\"https://a/%zz\""],
        ["keyPrefix"] = ["\"\"", "\"tenants/\"", "\"fuzz/a/\"", "\"中/\"", "\"a b/\"", "\"a%20b/\"", "\"a\\\"b/\"", "\"a$b/\"", "\"a'b/\""],
        ["subPrefix"] = ["\"\"", "\"b/\"", "\"中文/\"", "\"a$b/\"", "\"a\\\"b\\\\\\\\c/\"", $"\"{new string('s', 900)}/\"", $"\"{string.Concat(Enumerable.Repeat("\\\"", 500))}/\""],
        ["access"] = ["[]", "[\"read\"]", "[\"delete\",\"list\",\"write\",\"read\"]", "[\"read\",\"read\"]"],
        ["sourceNetworks"] = ["[\"0.0.0.0/0\"]", "[\"::/0\"]", "[\"::ffff:1.2.3.4/128\"]", "[\"1/8\"]", "[\"fe80::1%1/128\"]", "[\"10.0.0.0/33\"]"],
        ["allowedNetworks"] = ["[\"0.0.0.0/0\"]", "[\"::ffff:127.0.0.1/128\"]", "[\"127.0.0.1/32\",\"::1/128\"]", "[\"10.0.0.0/-1\"]"],
        ["callback"] = ["\"https://hooks.example.com/\"", "\"https://hooks.example.com/\\u0001\"", "\"https://HOOKS.example.com/中\"", "\"https://hooks.example.com\\r\\n\"", "\"https://hooks.example.com:99999\""],
        ["callbackHosts"] = ["[\"hooks.example.com\"]", "[\"[::1]\"]", "[\"\"]", "[\"中.cn\"]"],
        ["contentTypes"] = ["[\"*/*\"]", "[\"image/*\"]", "[\"image/*\",\"text/plain\"]", "[\"a/b\",\"a/b\"]", "[\"\"]"],
        ["extraStatements"] =
        [
            "[{}]", "[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]", "[{\"Effect\":\"Deny\",\"Action\":[],\"Resource\":\"*\"}]", "[{\"Effect\":\"Deny\",\"Action\":\"oss:*\",\"Resource\":\"*\",\"Condition\":{}}]",
            "[{\"Effect\":\"Deny\",\"Action\":\"oss:Get*\",\"Resource\":\"*\",\"Condition\":{\"NumericLessThan\":{\"x\":\"nan\"},\"DateGreaterThan\":{\"acs:CurrentTime\":\"soon\"}}}]",
            "[{\"Effect\":\"Deny\",\"NotAction\":\"oss:Put*\",\"Resource\":\"acs:oss:*:*:*\",\"Condition\":{\"IpAddress\":{\"acs:SourceIp\":[\"none\",\"1.2.3.4/99\"]}}}]",
            "[{\"Effect\":\"Deny\",\"Action\":\"a*a*a*a*a*a*a*b\",\"Resource\":\"::::\",\"Condition\":{\"StringLike\":{\"oss:Prefix\":\"*a*a*a*\"}}}]",
            "[{\"Effect\":\"Deny\",\"Action\":\"\\ud800\",\"Resource\":\"*\"}]", "[{\"Effect\":\"Deny\",\"Action\":\"oss:*\",\"Resource\":\"\"}]",
        ],
        ["method"] = ["\"GET\"", "\"HEAD\"", "\"PUT\"", "\"POST\"", "\"DELETE\"", "\"get\"", "\"PATCH\""],
        ["key"] = ["\"a\"", "\"a/b c?*.png\"", "\"中文\"", "\"%2e%2e/a\"", "\"a+b&c=d#e\"", $"\"{new string('k', 1023)}\"", "null"],
        ["query"] = ["{\"uploads\":\"\"}", "{\"uploadId\":\"x\",\"partNumber\":\" 1\"}", "{\"x-oss-process\":\"image/resize,w_1\"}", "{\"versionId\":\"\\u0000\"}", "{\"x-oss-signature\":\"x\"}", "{\"response-expires\":\"\\r\\n\"}", "{\"\":\"\"}", "{\"uploads\":null}"],
        ["headers"] = ["{\"x-oss-meta-a\":\"b\"}", "{\"X-Oss-Meta-A\":\"b\"}", "{\"x-oss-meta-\":\"b\"}", "{\"x-oss-forbid-overwrite\":\"maybe\"}", "{\"host\":\"evil\"}", "{\"x-oss-meta-a\":\"\\r\\n\"}", "{\"content-type\":\"a/b\"}"],
        ["metadata"] = ["{\"a\":\"b\"}", "{\"a\":\"\"}", "{\"A\":\"b\"}", "{\"a\":\"$b\\\\\\\\\"}", "{\"\\ud800\":\"a\"}"],
        ["successRedirect"] = ["\"https://a.b/?x=${bucket}\"", "\"http://localhost/\"", "\"javascript:alert(1)\"", "\"//a\"", "null"],
        ["action"] = ["\"oss:PutObject\"", "\"oss:ListObjects\"", "\"OSS:GetObject\"", "\"oss:*\"", "\"ram:CreateUser\""],
        ["sourceAddress"] = ["\"1.2.3.4\"", "\"::1\"", "\"::ffff:1.2.3.4\"", "\"1\"", "\"fe80::1%eth0\"", "\"[::1]\""],
        ["scopes"] = ["[]", "[\"admin\"]", "[\"tenant:admin\"]", "[\"credentials:read\",\"signed-urls:create\",\"post-policies:create\",\"audit:read\"]"],
        ["roles"] = ["null", "[]", "[\"uploads\"]", "[\"uploads\",\"other\"]", "0", "100000", "100001"],
        ["defaultRole"] = ["null", "\"uploads\"", "\"other\""],
        ["lifetime"] = ["\"require\"", "\"clamp\""],
    };
}
