using System.Text;
using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Oss;

namespace Broker.Tests.AlibabaCloud.Oss;

public class OssV4SignerTests
{
    public static TheoryData<string> Urls => KnownAnswers.Ids("oss-v4-presign");
    public static TheoryData<string> Forms => KnownAnswers.Ids("oss-post-policy-v4");

    [Theory]
    [MemberData(nameof(Urls))]
    public void URLs_have_the_vendors_known_signatures(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var token = input.TryGetProperty("token", out var given) ? given.GetString() : null;
        var signer = new OssV4Signer(new(input.Text("access_key_id"), input.Text("secret"), token), input.Text("region"), input.Text("product"));
        string[] additional = input.TryGetProperty("additional_headers", out var names) ? [.. names.EnumerateArray().Select(n => n.GetString()!)] : [];
        var request = new OssUrlRequest(input.Text("method"), input.Text("bucket"), input.Text("key"), input.Pairs("query"), input.Pairs("headers"), additional);
        var (now, seconds) = KnownAnswers.Times(input);

        var query = Query(signer, request, seconds, now);
        Assert.Contains($"x-oss-signature={expected.Text("x-oss-signature")}", query, StringComparison.Ordinal);
        Assert.Contains($"x-oss-expires={seconds}", query, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Forms_have_the_vendors_known_signatures(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        var signer = new OssV4Signer(new(input.Text("access_key_id"), input.Text("secret"), null), input.Text("region"));
        var policy = Convert.ToBase64String(Encoding.UTF8.GetBytes(input.Text("policy_json")));
        Assert.Equal(expected.Text("policy_b64"), policy);
        Assert.Equal(expected.Text("signature"), signer.SignPolicy(policy, KnownAnswers.Times(input).Now));
    }

    static string Query(OssV4Signer signer, OssUrlRequest request, int seconds, DateTimeOffset now)
    {
        var query = new Utf8Text(16);
        try
        {
            signer.Presign(ref query, request, host: null, seconds, now);
            return Encoding.UTF8.GetString(query.Written);
        }
        finally { query.Dispose(); }
    }

    public static TheoryData<string> FormsOfV1 => KnownAnswers.Ids("oss-post-policy-v1");

    [Theory]
    [MemberData(nameof(FormsOfV1))]
    public void Forms_of_the_guide_have_the_vendors_known_signatures(string id)
    {
        var (input, expected) = KnownAnswers.Get(id);
        Assert.Equal(expected.Text("signature"), OssV1PolicySigner.Sign(expected.Text("policy_b64"), input.Text("secret")));
    }

    [Fact]
    public void A_signature_without_a_region_or_beyond_seven_days_is_refused()
    {
        var credential = new OssCredential("ak", "sk", null);
        var request = new OssUrlRequest("GET", "bkt", "key", [], [], []);
        Assert.Throws<ArgumentException>(() => new OssV4Signer(credential, ""));
        var signer = new OssV4Signer(credential, "cn-hangzhou");
        foreach (var seconds in (int[])[0, -1, 604_801]) Assert.Throws<ArgumentOutOfRangeException>(() => Query(signer, request, seconds, DateTimeOffset.UnixEpoch));
        Assert.Contains("x-oss-expires=604800", Query(signer, request, 604_800, DateTimeOffset.UnixEpoch), StringComparison.Ordinal);
    }

    [Fact]
    public void The_signing_key_follows_the_day()
    {
        var midnight = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        OssV4Signer Fresh() => new(new("ak", "sk", null), "cn-hangzhou");
        var used = Fresh();
        foreach (var now in (DateTimeOffset[])[midnight.AddSeconds(-1), midnight, midnight.AddSeconds(-1)])
            Assert.Equal(Fresh().SignPolicy("policy", now), used.SignPolicy("policy", now));
        Assert.NotEqual(used.SignPolicy("policy", midnight.AddSeconds(-1)), used.SignPolicy("policy", midnight));
    }

    [Theory]
    [InlineData(null, OssAddressing.Virtual, "https://bkt.oss-cn-hangzhou.aliyuncs.com")]
    [InlineData("https://oss-cn-hangzhou-internal.aliyuncs.com", OssAddressing.Virtual, "https://bkt.oss-cn-hangzhou-internal.aliyuncs.com")]
    [InlineData("https://oss-accelerate.aliyuncs.com", OssAddressing.Virtual, "https://bkt.oss-accelerate.aliyuncs.com")]
    [InlineData("https://cn-hangzhou.oss.aliyuncs.com", OssAddressing.Virtual, "https://bkt.cn-hangzhou.oss.aliyuncs.com")]
    [InlineData("https://files.example.com:8443", OssAddressing.Cname, "https://files.example.com:8443")]
    [InlineData("http://127.0.0.1:8083", OssAddressing.Path, "http://127.0.0.1:8083/bkt")]
    public void Each_kind_of_endpoint_has_its_address(string? endpoint, OssAddressing addressing, string url) =>
        Assert.Equal(url, new OssPlace("bkt", "cn-hangzhou", endpoint, addressing).Url);
}
