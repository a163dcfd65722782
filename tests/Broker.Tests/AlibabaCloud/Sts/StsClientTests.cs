using System.Net;
using System.Text;
using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;
using Broker.Emulator;
using Broker.Emulator.Control;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.AlibabaCloud.Sts;

/// <summary>The client and our own calls against the emulator, which shares no code with them. What holds for every provider stands in Conformance.</summary>
public sealed class StsClientTests : IAsyncLifetime
{
    const string Policy = """{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:bkt/a b+~'()!*"}]}""";
    static readonly AssumeRoleRequest Request = new($"acs:ram::{EmulatorOptions.Account}:role/r", "acme@uploads", 900, Policy, "ext=1,2.@:/-");

    EmulatorHost _emulator = null!;

    public async Task InitializeAsync() =>
        _emulator = await EmulatorHost.StartAsync(new() { AccessKeys = new Dictionary<string, string> { ["user"] = "secret" } }, CancellationToken.None);

    public async Task DisposeAsync() => await _emulator.DisposeAsync();

    StsClient Client(SourceIdentity? identity = null, TimeProvider? clock = null) =>
        Over(StsHttp.CreateClient(), identity, clock);

    StsClient Over(HttpClient http, SourceIdentity? identity = null, TimeProvider? clock = null) =>
        new(new StsExchange(http, _emulator.Sts, clock ?? TimeProvider.System), new Fixed(identity ?? new("user", "secret", null)));

    sealed class Fixed(SourceIdentity identity) : ISourceIdentityProvider
    {
        public ValueTask<SourceIdentity> GetAsync(CancellationToken cancellationToken) => new(identity);
    }

    Task<StsException> Refusal(StsClient? client = null) => Assert.ThrowsAsync<StsException>(() => (client ?? Client()).AssumeRoleAsync(Request, default));

    /// <summary>Each call has its own place in the account's rate. A connection that served before is one that HTTP clients try again for.</summary>
    [Fact]
    public async Task A_call_whose_connection_is_cut_is_not_made_again()
    {
        var client = Client();
        await client.AssumeRoleAsync(Request, default);
        _emulator.Fail(new("AssumeRole", 0, Times: 0));
        Assert.Equal(StsFailure.Unavailable, (await Refusal(client)).Failure);
        Assert.Equal(2, _emulator.Requests.Count);
    }

    /// <summary>Of a connection that is reset as soon as it is made, .NET's HTTP client throws the socket's own exception.</summary>
    [Fact]
    public async Task A_connection_that_is_reset_at_once_is_an_unavailable_STS()
    {
        using var handler = StsHttp.CreateHandler();
        handler.ConnectCallback = async (_, cancellationToken) => await ResetStream.OpenAsync(cancellationToken);
        using var http = new HttpClient(handler);
        var refusal = await Refusal(Over(http));
        Assert.Equal((StsFailure.Unavailable, "Connection"), (refusal.Failure, refusal.Code));
    }

    [Fact]
    public async Task An_identity_that_is_itself_temporary_signs_with_its_token()
    {
        var first = await Client().AssumeRoleAsync(Request, default);
        var chained = Client(new(first.AccessKeyId, first.AccessKeySecret, first.SecurityToken));
        Assert.StartsWith("STS.", (await chained.AssumeRoleAsync(Request, default)).AccessKeyId, StringComparison.Ordinal);
        Assert.Equal(StsFailure.IdentityRefused, (await Refusal(Client(new(first.AccessKeyId, first.AccessKeySecret, null)))).Failure);
        Assert.Equal(StsFailure.IdentityRefused, (await Refusal(Client(new(first.AccessKeyId, first.AccessKeySecret, first.SecurityToken + "x")))).Failure);
    }

    [Fact]
    public async Task A_wrong_secret_or_an_unknown_key_is_a_refused_identity_with_the_request_id()
    {
        var wrong = await Refusal(Client(new("user", "wrong", null)));
        Assert.Equal((StsFailure.IdentityRefused, "SignatureDoesNotMatch"), (wrong.Failure, wrong.Code));
        Assert.NotNull(wrong.RequestId);
        Assert.Equal("InvalidAccessKeyId.NotFound", (await Refusal(Client(new("nobody", "secret", null)))).Code);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_reported_as_such_after_one_more_try()
    {
        var refusal = await Refusal(Client(clock: new FakeTimeProvider(DateTimeOffset.UnixEpoch)));
        Assert.Equal((StsFailure.Clock, "InvalidTimeStamp.Expired"), (refusal.Failure, refusal.Code));
        Assert.Equal(2, _emulator.AssumeRoleRejections);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(400)]
    public async Task Nothing_but_a_clock_error_is_tried_twice(int status)
    {
        _emulator.Fail(new("AssumeRole", status, "InternalError", 0));
        await Refusal();
        Assert.Equal(1, _emulator.AssumeRoleRejections);
    }

    [Fact]
    public async Task Throttling_carries_what_STS_asks_for()
    {
        _emulator.Fail(new("AssumeRole", 400, "Throttling.User", RetryAfterMs: 2500));
        var refusal = await Refusal();
        Assert.Equal((StsFailure.Throttled, TimeSpan.FromSeconds(2.5)), (refusal.Failure, refusal.RetryAfter));
    }

    [Theory]
    [InlineData("2000-01-01T00:00:00Z")]
    [InlineData("soon")]
    [InlineData("")]
    public async Task A_grant_without_a_life_is_not_a_grant(string expiration)
    {
        var body = $$$"""{"RequestId":"1","Credentials":{"AccessKeyId":"STS.a","AccessKeySecret":"b","SecurityToken":"c","Expiration":"{{{expiration}}}"}}""";
        _emulator.Fail(new("AssumeRole", 200, Body: body));
        Assert.Equal(StsFailure.Unavailable, (await Refusal()).Failure);
    }

    [Fact]
    public async Task An_STS_that_does_not_answer_is_given_up_after_its_time()
    {
        _emulator.Fail(new("AssumeRole", LatencyMs: 3_600_000));
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var call = Client(clock: clock).AssumeRoleAsync(Request, default);
        clock.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        var refusal = await Assert.ThrowsAsync<StsException>(() => call);
        Assert.Equal((StsFailure.Unavailable, "Timeout"), (refusal.Failure, refusal.Code));
    }

    [Fact]
    public void Connections_are_made_anew_so_that_changes_of_DNS_are_noticed()
    {
        using var handler = StsHttp.CreateHandler();
        Assert.InRange(handler.PooledConnectionLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromSeconds(2), handler.ConnectTimeout);
    }

    [Fact]
    public async Task Each_request_with_any_one_part_changed_is_refused()
    {
        var recorder = new Recorder();
        using var http = new HttpClient(recorder);
        var client = Over(http);
        await Assert.ThrowsAsync<StsException>(() => client.AssumeRoleAsync(Request, default));
        using var plain = new HttpClient();

        foreach (var (what, variant) in recorder.Captured!.Variants())
        {
            using var refused = await plain.SendAsync(variant.ToMessage(_emulator.Sts));
            Assert.True((int)refused.StatusCode >= 400, $"accepted with {what} changed");
        }
        using var accepted = await plain.SendAsync(recorder.Captured.ToMessage(_emulator.Sts));
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        using var again = await plain.SendAsync(recorder.Captured.ToMessage(_emulator.Sts));
        Assert.Contains("SignatureNonceUsed", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A request as it would have gone out.</summary>
    sealed record CapturedRequest(string Method, string Target, Dictionary<string, string> Headers, string Body)
    {
        public HttpRequestMessage ToMessage(Uri sts)
        {
            var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(sts, Target)) { Content = new ByteArrayContent(Encoding.ASCII.GetBytes(Body)) };
            foreach (var (name, value) in Headers)
                if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content.Headers.TryAddWithoutValidation(name, value);
            return message;
        }

        public IEnumerable<(string What, CapturedRequest Variant)> Variants()
        {
            yield return ("the method", this with { Method = "PUT" });
            yield return ("the path", this with { Target = "/x" });
            yield return ("the query", this with { Target = "/?Extra=1" });
            foreach (var name in Headers.Keys.Where(n => n is "Host" or "Content-Type" or "Authorization" || n.StartsWith("x-acs-", StringComparison.Ordinal)))
            {
                yield return ($"{name}", With(name, Headers[name] + "0"));
                if (name != "Host") yield return ($"{name} (left out)", this with { Headers = Headers.Where(h => h.Key != name).ToDictionary() });
            }
            yield return ("another header of the scheme", With("x-acs-more", "1"));
            foreach (var part in Body.Split('&'))
            {
                yield return ($"the form's {part.Split('=')[0]}", this with { Body = Body.Replace(part, part + "1", StringComparison.Ordinal) });
                yield return ($"the form's {part.Split('=')[0]} (left out)", this with { Body = string.Join('&', Body.Split('&').Where(p => p != part)) });
            }
            yield return ("the form by one more", this with { Body = Body + "&SourceIdentity=alice" });
        }

        CapturedRequest With(string name, string value) => this with { Headers = new Dictionary<string, string>(Headers) { [name] = value } };
    }

    sealed class Recorder : HttpMessageHandler
    {
        public CapturedRequest? Captured { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var headers = request.Headers.Concat(request.Content!.Headers).ToDictionary(h => h.Key, h => string.Join(',', h.Value));
            headers.Remove("Content-Length");
            Captured = new(request.Method.Method, request.RequestUri!.PathAndQuery, headers, await request.Content.ReadAsStringAsync(cancellationToken));
            return new(HttpStatusCode.BadGateway) { Content = new StringContent("") };
        }
    }
}
