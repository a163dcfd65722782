using System.Net;
using System.Net.Http.Headers;
using System.Web;
using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Oss;
using Broker.AlibabaCloud.Sts;
using Broker.Emulator;

namespace Broker.Tests.AlibabaCloud.Conformance;

/// <summary>What each provider signs, judged by the emulator. The SDKs sign by the machine's clock.</summary>
public sealed class OssConformanceTests : IAsyncLifetime, IDisposable
{
    const string Key = "in/a b/中+%'()!*~.txt";

    readonly HttpClient _http = new();
    EmulatorHost _emulator = null!;
    AssumedRole _session = null!;

    public static TheoryData<CloudProvider> All => Providers.All;

    public async Task InitializeAsync()
    {
        _emulator = await EmulatorHost.StartAsync(new() { AccessKeys = new Dictionary<string, string> { ["user"] = "secret" }, Buckets = new Dictionary<string, string> { ["bkt"] = "cn-hangzhou" } }, CancellationToken.None);
        _session = await Providers.Open(CloudProvider.Native, _emulator.Sts).Sts.AssumeRoleAsync(new($"acs:ram::{EmulatorOptions.Account}:role/r", "s1", 3600, null, null), new("user", "secret", null), default);
    }

    public async Task DisposeAsync() => await _emulator.DisposeAsync();

    public void Dispose() => _http.Dispose();

    static DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    IOssSigner Signer(CloudProvider provider, OssPlace? place = null) => Providers.Open(provider)
        .Signer(new(_session.AccessKeyId, _session.AccessKeySecret, _session.SecurityToken), place ?? new("bkt", "cn-hangzhou", _emulator.Oss.ToString(), OssAddressing.Path));

    string Url(CloudProvider provider, string method, Dictionary<string, string>? headers = null, Dictionary<string, string>? query = null) =>
        Signer(provider).SignUrl(new(method, "bkt", Key, query ?? [], headers ?? [], []), 60, Now);

    async Task<HttpStatusCode> SendAsync(string method, string url, string? type = null, string? metadata = null)
    {
        using var request = new HttpRequestMessage(new(method), url);
        if (method is "PUT") request.Content = new ByteArrayContent([1, 2, 3]);
        if (type is not null) request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (metadata is not null) request.Headers.Add("x-oss-meta-color", metadata);
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_method_is_signed_and_for_no_other_method(CloudProvider provider)
    {
        foreach (var (method, expected) in ((string, HttpStatusCode)[])[("PUT", HttpStatusCode.OK), ("GET", HttpStatusCode.OK), ("HEAD", HttpStatusCode.OK), ("DELETE", HttpStatusCode.NoContent)])
        {
            var url = Url(provider, method);
            foreach (var other in ((string[])["PUT", "GET", "DELETE"]).Where(other => other != method)) Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(other, url));
            Assert.Equal(expected, await SendAsync(method, url));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_headers_that_are_signed_must_be_sent(CloudProvider provider)
    {
        var url = Url(provider, "PUT", new() { ["Content-Type"] = "text/plain", ["x-oss-meta-color"] = "red" });
        Assert.Equal(HttpStatusCode.OK, await SendAsync("PUT", url, "text/plain", "red"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync("PUT", url, "text/html", "red"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync("PUT", url, "text/plain", "blue"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync("PUT", url, "text/plain"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_query_is_signed(CloudProvider provider)
    {
        await SendAsync("PUT", Url(provider, "PUT"));
        var url = Url(provider, "GET", query: new() { ["response-content-disposition"] = "attachment; filename=\"a b.txt\"" });
        Assert.Equal(HttpStatusCode.OK, await SendAsync("GET", url));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync("GET", url.Replace("a%20b", "a%20c", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Its_end_is_the_second_that_is_meant_and_never_a_later_one(CloudProvider provider)
    {
        var signer = Signer(provider);
        foreach (var seconds in (int[])[1, 900, OssV4Signer.LongestUrl])
        {
            var begin = Now;
            var query = HttpUtility.ParseQueryString(new Uri(signer.SignUrl(new("GET", "bkt", "k", [], [], []), seconds, begin)).Query);
            var signed = DateTimeOffset.ParseExact(query["x-oss-date"]!, "yyyyMMddTHHmmssZ", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
            Assert.Equal(begin.AddSeconds(seconds), signed.AddSeconds(int.Parse(query["x-oss-expires"]!)));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => signer.SignUrl(new("GET", "bkt", "k", [], [], []), OssV4Signer.LongestUrl + 1, Now));
        Assert.Throws<ArgumentOutOfRangeException>(() => signer.SignUrl(new("GET", "bkt", "k", [], [], []), 0, Now));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_address_is_the_buckets_own_and_the_path_as_it_was(CloudProvider provider)
    {
        foreach (var (place, address) in ((OssPlace, string)[])
            [(new("bkt", "cn-hangzhou", null, OssAddressing.Virtual), "https://bkt.oss-cn-hangzhou.aliyuncs.com/"), (new("bkt", "cn-hangzhou", "https://files.example.com", OssAddressing.Cname), "https://files.example.com/")])
            foreach (var (key, path) in ((string, string)[])[("a b/中.txt", "a%20b/%E4%B8%AD.txt"), ("a/../b", "a/../b"), ("a//b/", "a//b/")])
                Assert.StartsWith($"{address}{path}?", Signer(provider, place).SignUrl(new("GET", "bkt", key, [], [], []), 60, Now), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_form_is_accepted(CloudProvider provider)
    {
        var (signer, now) = (Signer(provider), Now);
        Dictionary<string, string> fields = new()
        {
            ["key"] = Key, ["x-oss-signature-version"] = OssV4Signer.Algorithm, ["x-oss-credential"] = signer.Scope(now), ["x-oss-date"] = OssV4Signer.DateTime(now),
            ["x-oss-security-token"] = _session.SecurityToken,
        };
        var policy = fields.Aggregate(new PostPolicy(now.AddSeconds(60)).Equal("bucket", "bkt"), (all, field) => all.Equal(field.Key, field.Value)).Encode();
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        form.Add(new StringContent(policy), "policy");
        form.Add(new StringContent(signer.SignPolicy(policy, now)), "x-oss-signature");
        form.Add(new ByteArrayContent([1]), "file", "f");
        using var response = await _http.PostAsync(new Uri(_emulator.Oss, "bkt"), form);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
