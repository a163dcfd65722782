using System.Globalization;
using System.Text;

namespace Broker.Tests.Emulator;

/// <summary>The emulator takes forms by OSS's rules and by no kinder ones.</summary>
public sealed class PostObjectTests : IDisposable
{
    readonly OssFixture _oss = new();

    public void Dispose() => _oss.Dispose();

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_without_the_rest_of_it_being_read()
    {
        var form = _oss.Form("""["content-length-range",1,100000]""");
        await using var endless = new EndlessBody(OssFixture.Body(form, null));
        Assert.Equal("EntityTooLarge", (await _oss.PostAsync(endless)).Code);
        Assert.InRange(endless.Taken, 100_000, 300_000);
    }

    [Fact]
    public async Task What_fields_alone_decide_is_decided_before_the_file_is_read()
    {
        var forms = new[] { _oss.Form("""{"key":"other"}"""), _oss.Form(""), _oss.Form("", _oss.Clock.GetUtcNow()), _oss.Form("", session: _oss.Grant("")) };
        forms[1]["x-oss-signature"] = new string('0', 64);
        foreach (var form in forms)
        {
            await using var endless = new EndlessBody(OssFixture.Body(form, null));
            Assert.Equal(403, (await _oss.PostAsync(endless)).Status);
            Assert.InRange(endless.Taken, 1, 100_000);
        }
    }

    [Fact]
    public async Task A_files_size_lies_within_both_bounds()
    {
        var form = _oss.Form("""["content-length-range",2,4],["content-length-range",0,9]""");
        Assert.Equal("EntityTooSmall", (await _oss.PostAsync(form, "x")).Code);
        Assert.Equal((204, 204), ((await _oss.PostAsync(form, "xx")).Status, (await _oss.PostAsync(form, "xxxx")).Status));
        Assert.Equal("EntityTooLarge", (await _oss.PostAsync(form, "xxxxx")).Code);
    }

    [Fact]
    public async Task The_fields_before_the_file_have_8_MB_in_sum()
    {
        var half = new string('x', 4 * 1024 * 1024);
        var form = _oss.Form("");
        Assert.Equal("InvalidArgument", (await _oss.PostAsync([.. form, new("x:a", half), new("x:b", half)])).Code);
        Assert.Equal(204, (await _oss.PostAsync([.. form, new("x:a", half), new("x:b", half[..^10_000])])).Status);
    }

    [Fact]
    public async Task What_follows_the_file_is_ignored()
    {
        var form = _oss.Form("""{"x-oss-meta-a":"1"}""");
        const string late = "--cut\r\nContent-Disposition: form-data; name=\"x-oss-meta-a\"\r\n\r\n1\r\n";
        Assert.Equal("AccessDenied", (await _oss.PostAsync(form, after: late)).Code);
        Assert.Equal(204, (await _oss.PostAsync([.. form, new("x-oss-meta-a", "1")], after: late)).Status);
        Assert.Equal("content", (await _oss.SendAsync("GET", "k")).Text);
    }

    [Fact]
    public async Task A_form_is_whole_has_a_file_and_no_field_twice()
    {
        var form = _oss.Form("");
        var whole = OssFixture.Body(form, "content");
        var file = Encoding.UTF8.GetString(whole).LastIndexOf("--cut\r\n", StringComparison.Ordinal);
        Assert.Equal("IncorrectNumberOfFilesInPOSTRequest", (await _oss.PostAsync(new MemoryStream([.. whole[..file], .. "--cut--\r\n"u8]))).Code);
        Assert.Equal("MalformedPOSTRequest", (await _oss.PostAsync(new MemoryStream(whole[..^12]))).Code);
        Assert.Equal("MalformedPOSTRequest", (await _oss.PostAsync(new MemoryStream(whole[..file]))).Code);
        Assert.Equal("InvalidArgument", (await _oss.PostAsync([.. form, new("key", "k")])).Code);
        Assert.Equal("InvalidArgument", (await _oss.PostAsync([.. form, new("KEY", "other")])).Code);
        Assert.Equal("InvalidArgument", (await _oss.PostAsync(form.Where(f => f.Key != "key"))).Code);
        Assert.Equal("AccessDenied", (await _oss.PostAsync(form.Where(f => f.Key != "policy"))).Code);
        Assert.Equal(204, (await _oss.PostAsync(form)).Status);
    }

    public static TheoryData<string, string, bool> Conditions => new()
    {
        { """{"cache-control":"a"}""", "a", true },
        { """{"Cache-Control":"a"}""", "a", true },
        { """["eq","$cache-control","a"]""", "b", false },
        { """["starts-with","$cache-control","ab"]""", "abc", true },
        { """["starts-with","$cache-control","ab"]""", "a", false },
        { """["in","$cache-control",["a","b"]]""", "b", true },
        { """["in","$cache-control",["a","b"]]""", "c", false },
        { """["not-in","$cache-control",["a","b"]]""", "c", true },
        { """["not-in","$cache-control",["a","b"]]""", "b", false },
        { """["not-in","$expires",["a"]]""", "a", false },
        { """["starts-with","$expires",""]""", "a", false },
        { """{"bucket":"bkt"}""", "a", true },
        { """{"bucket":"other"}""", "a", false },
        { """["eq","$cache-control","\\$1"]""", "$1", true },
        { """["eq","$cache-control","\$1"]""", "$1", true },
        { """["eq","$cache-control","a\\\\b"]""", "a\\b", true },
        { """["eq","$cache-control","\\\\$"]""", "\\$", false },
        { """["eq","$cache-control","\\\\\\$"]""", "\\$", true },
        { """["eq","$cache-control","\u4e2d\/\""]""", "中/\"", true },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task A_condition_holds(string condition, string value, bool holds) =>
        Assert.Equal(holds, (await _oss.PostAsync(_oss.Form(condition).Append(new("cache-control", value)))).Status == 204);

    [Theory]
    [InlineData("""["like","$key","k"]""")]
    [InlineData("""["eq","key","k"]""")]
    [InlineData("""["eq","$key"]""")]
    [InlineData("""["eq","$key","${filename}"]""")]
    [InlineData("""["eq","$key",["k"]]""")]
    [InlineData("""["in","$key","k"]""")]
    [InlineData("""["content-length-range",2,1]""")]
    [InlineData("""["content-length-range",-1,1]""")]
    [InlineData("""["content-length-range","1","2"]""")]
    [InlineData("""{"key":1}""")]
    [InlineData("\"key\"")]
    public async Task A_policy_that_is_none_is_refused(string condition) =>
        Assert.Equal("InvalidPolicyDocument", (await _oss.PostAsync(_oss.Form(condition))).Code);

    [Fact]
    public async Task A_policy_ends_when_it_says_and_seven_days_after_its_date_at_the_latest()
    {
        var brief = _oss.Form("", _oss.Clock.GetUtcNow().AddSeconds(60));
        var weeks = _oss.Form("", _oss.Clock.GetUtcNow().AddDays(30));
        _oss.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(204, (await _oss.PostAsync(brief)).Status);
        _oss.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("AccessDenied", (await _oss.PostAsync(brief)).Code);
        _oss.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(61));
        Assert.Equal(204, (await _oss.PostAsync(weeks)).Status);
        _oss.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("AccessDenied", (await _oss.PostAsync(weeks)).Code);
    }

    [Theory]
    [InlineData("20261124/", "20261125/", "SignatureDoesNotMatch")]
    [InlineData("cn-hangzhou", "cn-beijing", "SignatureDoesNotMatch")]
    [InlineData("/oss/", "/oss-cloudbox/", "SignatureDoesNotMatch")]
    [InlineData("aliyun_v4_request", "aws4_request", "InvalidArgument")]
    public async Task A_credential_names_the_day_region_and_product(string right, string wrong, string code)
    {
        var form = _oss.Form("");
        form["x-oss-credential"] = form["x-oss-credential"].Replace(right, wrong, StringComparison.Ordinal);
        Assert.Equal(code, (await _oss.PostAsync(form)).Code);
    }

    [Theory]
    [InlineData("x-oss-signature-version")]
    [InlineData("x-oss-credential")]
    [InlineData("x-oss-date")]
    [InlineData("x-oss-security-token")]
    public async Task A_policy_names_what_V4_demands(string field)
    {
        var form = _oss.Form("");
        var policy = Encoding.UTF8.GetString(Convert.FromBase64String(form["policy"])).Replace($"\"{field}\":\"{form[field]}\"", "\"key\":\"k\"", StringComparison.Ordinal);
        var day = _oss.Clock.GetUtcNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        form = _oss.Session.WithPolicy(form, policy, new(_oss.Session.AccessKeyId, day, HeaderSignature.Region, "oss", [], ""));
        Assert.Equal("InvalidPolicyDocument", (await _oss.PostAsync(form)).Code);
    }

    /// <summary>A body that begins so and never ends; it counts what was read of it.</summary>
    sealed class EndlessBody(byte[] begin) : MemoryStream(begin)
    {
        public long Taken { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                buffer.Span.Fill((byte)'x');
                read = buffer.Length;
            }
            Taken += read;
            return read;
        }
    }
}
