using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Oss;
using Broker.Emulator.Oss;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;
using Broker.Grains.Signing;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Emulator;

/// <summary>URLs and forms for each kind of host, as the emulator finds bucket and object in them.</summary>
public sealed class HostTests : IDisposable
{
    const string Region = "cn-hangzhou";
    static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    static readonly NativeCloud Cloud = new(new("http://127.0.0.1:1"), _ => null, Clock);
    readonly World _world = new(new() { Clock = Clock });
    readonly Session _session = new("STS.ak", "secret", "token", Clock.GetUtcNow().AddHours(1), "", "", null);

    public HostTests()
    {
        _world.Sessions.Add(_session);
        foreach (var bucket in (string[])["bkt", "oss-files"]) _world.Buckets[bucket] = new(bucket, Region);
        _world.Buckets["bound"] = new("bound", Region, "files.example.com");
    }

    public void Dispose() => _world.Dispose();

    public static TheoryData<string, string?, OssAddressing, string> Places => new()
    {
        { "bkt", null, OssAddressing.Virtual, "bkt.oss-cn-hangzhou.aliyuncs.com" },
        { "oss-files", null, OssAddressing.Virtual, "oss-files.oss-cn-hangzhou.aliyuncs.com" },
        { "bkt", "https://oss-cn-hangzhou-internal.aliyuncs.com", OssAddressing.Virtual, "bkt.oss-cn-hangzhou-internal.aliyuncs.com" },
        { "bkt", "https://oss-accelerate.aliyuncs.com", OssAddressing.Virtual, "bkt.oss-accelerate.aliyuncs.com" },
        { "oss-files", "https://oss-accelerate-overseas.aliyuncs.com", OssAddressing.Virtual, "oss-files.oss-accelerate-overseas.aliyuncs.com" },
        { "bkt", "https://cn-hangzhou.oss.aliyuncs.com", OssAddressing.Virtual, "bkt.cn-hangzhou.oss.aliyuncs.com" },
        { "bound", "https://files.example.com", OssAddressing.Cname, "files.example.com" },
        { "bound", "https://files.example.com:8443", OssAddressing.Cname, "files.example.com:8443" },
        { "bkt", "http://127.0.0.1:8083", OssAddressing.Path, "127.0.0.1:8083" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_URL_works_at_its_own_host_and_at_no_other(string bucket, string? endpoint, OssAddressing addressing, string host)
    {
        const string key = "a b/中+%.txt";
        var place = new OssPlace(bucket, Region, endpoint, addressing);
        var signer = new OssSigner(new(_session.AccessKeyId, _session.AccessKeySecret, _session.SecurityToken), place);
        var url = new Uri(signer.SignUrl(new("GET", bucket, key, [], [], []), 60, Clock.GetUtcNow()));
        Assert.Equal(host, url.Authority);

        var path = Escape.Undo(url.AbsolutePath)!;
        var address = OssAddress.Of(_world, host, path);
        Assert.Equal(new OssAddress(bucket, key), address);
        SignedRequest At(string sent) => new("GET", path, Escape.UndoPairs(url.Query[1..])!, [new("host", sent)]);
        Assert.Same(_session, OssAuthentication.Verify(_world, At(host), address));
        foreach (var other in Places.Select(p => (string)p[3]).Where(h => h != host))
            Assert.Equal("SignatureDoesNotMatch", Assert.Throws<OssError>(() => OssAuthentication.Verify(_world, At(other), address)).Code);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_form_is_posted_to_the_root_of_its_own_bucket(string bucket, string? endpoint, OssAddressing addressing, string host)
    {
        var session = new SigningSession(Cloud, new(_session.AccessKeyId, _session.AccessKeySecret, _session.SecurityToken, Clock.GetUtcNow(), _session.Expiration, 1), new(bucket, Region, endpoint, addressing), "in/");
        var form = FormSigning.Sign(new() { Key = "k" }, new() { Uploads = new() { MaxExpiresIn = 60 } }, session, Clock.GetUtcNow());
        var url = new Uri(form.Url);
        Assert.Equal(host, url.Authority);
        var address = OssAddress.Of(_world, host, url.AbsolutePath);
        Assert.Equal(new OssAddress(bucket, ""), address);
        var posted = new PostedForm(new(form.Fields, StringComparer.OrdinalIgnoreCase), "f", "text/plain", Stream.Null);
        Assert.Same(_session, PostObject.Judge(_world, bucket, posted).Session);
        Assert.Throws<OssError>(() => PostObject.Judge(_world, "another", posted));
    }

    [Theory]
    [InlineData("oss-cn-hangzhou.aliyuncs.com")]
    [InlineData("oss-accelerate.aliyuncs.com")]
    [InlineData("cn-hangzhou.oss.aliyuncs.com")]
    public void An_endpoint_alone_has_no_bucket(string host) => Assert.Equal("", OssAddress.Of(_world, host, "/").Bucket);

    [Theory]
    [InlineData("//k")]
    [InlineData("/\\k")]
    public void An_objects_name_begins_with_no_slash(string path) =>
        Assert.Equal("InvalidObjectName", Assert.Throws<OssError>(() => OssAddress.Of(_world, "bkt.oss-cn-hangzhou.aliyuncs.com", path)).Code);

    [Fact]
    public void An_objects_name_has_1023_bytes_at_most()
    {
        Assert.Equal(1023, OssAddress.Of(_world, "bkt.oss-cn-hangzhou.aliyuncs.com", "/" + new string('中', 341)).Key.Length * 3);
        Assert.Throws<OssError>(() => OssAddress.Of(_world, "bkt.oss-cn-hangzhou.aliyuncs.com", "/" + new string('中', 341) + "k"));
    }
}
