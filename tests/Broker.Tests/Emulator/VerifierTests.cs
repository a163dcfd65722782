using System.Globalization;
using System.Text.Json;
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
        var dateTime = DateTimeOffset.FromUnixTimeSeconds(input.GetProperty("sign_time_unix").GetInt64()).ToString("yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture);
        var given = Request(input);
        var request = given with { Headers = [.. given.Headers, new("x-oss-date", dateTime), new("x-oss-content-sha256", OssV4Signature.UnsignedPayload)] };
        var canonical = OssV4Signature.CanonicalRequest(request, Optional(input, "bucket"), Optional(input, "key"), authorization.AdditionalHeaders);
        Assert.Equal(expected.Text("canonical_request"), canonical);
        var text = OssV4Signature.StringToSign(canonical, dateTime, authorization);
        Assert.Equal(authorization.Signature, OssV4Signature.Compute(text, input.Text("secret"), authorization));
    }

    static SignedRequest Request(JsonElement input)
    {
        var token = Optional(input, "token");
        IEnumerable<KeyValuePair<string, string>> headers = token.Length == 0 ? input.Pairs("headers") : [.. input.Pairs("headers"), new("x-oss-security-token", token)];
        return new(input.Text("method"), "/", input.Pairs("query"), [.. headers]);
    }

    static string Optional(JsonElement input, string name) => input.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
