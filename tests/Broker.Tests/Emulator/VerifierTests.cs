using System.Globalization;
using System.Text.Json;
using Broker.Emulator.Oss;
using Broker.Emulator.Signatures;
using Broker.Tests.AlibabaCloud;

namespace Broker.Tests.Emulator;

/// <summary>The emulator's own canonicaliser gives the vendor's published signatures.</summary>
public class VerifierTests
{
    public static TheoryData<string> Rpc => KnownAnswers.Ids("acs-rpc-hmac-sha1");
    public static TheoryData<string> Acs3 => KnownAnswers.Ids("acs3-hmac-sha256");
    public static TheoryData<string> OssV1 => KnownAnswers.Ids("oss-v1-header");
    public static TheoryData<string> OssV4 => KnownAnswers.Ids("oss-v4-header");
    public static TheoryData<string> OssUrlsV1 => KnownAnswers.Ids("oss-v1-presign");
    public static TheoryData<string> OssUrlsV4 => KnownAnswers.Ids("oss-v4-presign");
    public static TheoryData<string> OssFormsV1 => KnownAnswers.Ids("oss-post-policy-v1");
    public static TheoryData<string> OssFormsV4 => KnownAnswers.Ids("oss-post-policy-v4");
    public static TheoryData<string> Escapes => KnownAnswers.Ids("acs-percent-encode");
    public static TheoryData<string> PathEscapes => KnownAnswers.Ids("acs-percent-encode-path");

    [Theory]
    [MemberData(nameof(Rpc))]
    public void RPC_calls(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var text = RpcSignature.StringToSign(input.Text("method"), input.Pairs("params"));
        Assert.Equal(expected.Text("string_to_sign"), text);
        Assert.Equal(expected.Text("signature"), RpcSignature.Compute(text, input.Text("secret")));
    }

    [Theory]
    [MemberData(nameof(Acs3))]
    public void ACS3_calls(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var authorization = Acs3Authorization.Parse(expected.Text("authorization"))!;
        var path = input.Text("pathname");
        var request = new SignedRequest(input.Text("method"), path.Length == 0 ? "/" : path, input.Pairs("query"), input.List("headers"));
        var canonical = Acs3Signature.CanonicalRequest(request, authorization.SignedHeaders, input.Text("payload_hash"));
        Assert.Equal(expected.Text("canonical_request"), canonical);
        Assert.Equal(authorization.Signature, Acs3Signature.Compute(canonical, input.Text("secret")));
    }

    [Theory]
    [MemberData(nameof(OssV1))]
    public void OSS_requests_of_version_1(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var text = OssV1Signature.StringToSign(Request(input), input.Text("date_header"), Optional(input, "bucket"), Optional(input, "key"));
        Assert.Equal(expected.Text("string_to_sign"), text);
        Assert.Equal(expected.Text("authorization"), $"OSS {input.Text("access_key_id")}:{OssV1Signature.Compute(text, input.Text("secret"))}");
    }

    [Theory]
    [MemberData(nameof(OssV4))]
    public void OSS_requests_of_version_4(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var authorization = OssV4Authorization.Parse(expected.Text("authorization"))!;
        var dateTime = DateTime(DateTimeOffset.FromUnixTimeSeconds(input.GetProperty("sign_time_unix").GetInt64()));
        var given = Request(input);
        var request = given with { Headers = [.. given.Headers, new("x-oss-date", dateTime), new("x-oss-content-sha256", OssV4Signature.UnsignedPayload)] };
        var canonical = OssV4Signature.CanonicalRequest(request, Optional(input, "bucket"), Optional(input, "key"), authorization.AdditionalHeaders);
        Assert.Equal(expected.Text("canonical_request"), canonical);
        var text = OssV4Signature.StringToSign(canonical, dateTime, authorization);
        Assert.Equal(authorization.Signature, OssV4Signature.Compute(text, input.Text("secret"), authorization));
    }

    [Theory]
    [MemberData(nameof(OssUrlsV1))]
    public void OSS_URLs_of_version_1(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var request = Request(input) with { Headers = input.Pairs("headers") };
        if (Optional(input, "token") is { Length: > 0 } token) request = request with { Query = [.. request.Query, new("security-token", token)] };
        var text = OssV1Signature.StringToSign(request, expected.Text("Expires"), input.Text("bucket"), input.Text("key"));
        Assert.Equal(expected.Text("string_to_sign"), text);
        Assert.Equal(expected.Text("Signature"), OssV1Signature.Compute(text, input.Text("secret")));
    }

    [Theory]
    [MemberData(nameof(OssUrlsV4))]
    public void OSS_URLs_of_version_4(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var (now, seconds) = KnownAnswers.Times(input);
        var scope = Scope(input, now);
        string[] names = input.TryGetProperty("additional_headers", out var given) ? [.. given.EnumerateArray().Select(n => n.GetString()!)] : [];
        var dateTime = DateTime(now);
        var query = new List<KeyValuePair<string, string>>(input.Pairs("query"))
        {
            new("x-oss-signature-version", "OSS4-HMAC-SHA256"), new("x-oss-date", dateTime), new("x-oss-expires", $"{seconds}"),
            new("x-oss-credential", $"{scope.AccessKeyId}/{scope.Day}/{scope.Region}/{scope.Product}/aliyun_v4_request"),
        };
        if (Optional(expected, "x-oss-additional-headers") is { Length: > 0 } additional) query.Add(new("x-oss-additional-headers", additional));
        else if (names.Length > 0) query.Add(new("x-oss-additional-headers", string.Join(';', names)));
        if (Optional(input, "token") is { Length: > 0 } token) query.Add(new("x-oss-security-token", token));
        var canonical = OssV4Signature.CanonicalRequest(new(input.Text("method"), "/", query, input.Pairs("headers")), input.Text("bucket"), input.Text("key"), names);
        Assert.Equal(expected.Text("canonical_request"), canonical);
        Assert.Equal(expected.Text("x-oss-signature"), OssV4Signature.Compute(OssV4Signature.StringToSign(canonical, dateTime, scope), input.Text("secret"), scope));
    }

    [Theory]
    [MemberData(nameof(OssFormsV1))]
    public void OSS_forms_of_version_1(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        Assert.Equal(expected.Text("signature"), OssV1Signature.Compute(expected.Text("policy_b64"), input.Text("secret")));
        Assert.NotEmpty(PostConditions.Parse(expected.Text("policy_b64")).Conditions);
    }

    [Theory]
    [MemberData(nameof(OssFormsV4))]
    public void OSS_forms_of_version_4(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var scope = Scope(input, KnownAnswers.Times(input).Now);
        Assert.Equal(expected.Text("signature"), OssV4Signature.Compute(expected.Text("policy_b64"), input.Text("secret"), scope));
        Assert.NotEmpty(PostConditions.Parse(expected.Text("policy_b64")).Conditions);
    }

    [Theory]
    [MemberData(nameof(Escapes))]
    public void Escaped_parameters(string id) => Assert.Equal(KnownAnswers.Get(id).Expected.Text("encoded"), Escape.Of(KnownAnswers.Get(id).Input.Text("value")));

    [Theory]
    [MemberData(nameof(PathEscapes))]
    public void Escaped_paths(string id) => Assert.Equal(KnownAnswers.Get(id).Expected.Text("encoded"), Escape.Of(KnownAnswers.Get(id).Input.Text("value"), keepSlash: true));

    static OssV4Authorization Scope(JsonElement input, DateTimeOffset now) =>
        new(input.Text("access_key_id"), DateTime(now)[..8], input.Text("region"), Optional(input, "product") is { Length: > 0 } product ? product : "oss", [], "");

    static string DateTime(DateTimeOffset time) => time.ToString("yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture);

    static SignedRequest Request(JsonElement input)
    {
        var token = Optional(input, "token");
        IEnumerable<KeyValuePair<string, string>> headers = token.Length == 0 ? input.Pairs("headers") : [.. input.Pairs("headers"), new("x-oss-security-token", token)];
        return new(input.Text("method"), "/", input.Pairs("query"), [.. headers]);
    }

    static string Optional(JsonElement input, string name) => input.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
