using System.Globalization;
using Broker.AlibabaCloud;
using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;
using Broker.Emulator;
using Broker.Emulator.Control;

namespace Broker.Tests.AlibabaCloud.Conformance;

/// <summary>AssumeRole by each provider.</summary>
public sealed class StsConformanceTests : IAsyncLifetime
{
    const string Marker = "planted-marker";
    const string Policy = """{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:bkt/a b+~'()!*中"}]}""";
    static readonly AssumeRoleRequest Request = new($"acs:ram::{EmulatorOptions.Account}:role/r", "acme@uploads", 900, Policy, "ext=1,2.@:/-");
    static readonly SourceIdentity User = new("user", Marker, null);

    EmulatorHost _emulator = null!;

    public static TheoryData<CloudProvider> All => Providers.All;

    public async Task InitializeAsync() =>
        _emulator = await EmulatorHost.StartAsync(new() { AccessKeys = new Dictionary<string, string> { ["user"] = Marker } }, CancellationToken.None);

    public async Task DisposeAsync() => await _emulator.DisposeAsync();

    Task<AssumedRole> AssumeAsync(CloudProvider provider, SourceIdentity? caller = null, CancellationToken cancellationToken = default) =>
        Providers.Open(provider, _emulator.Sts).Sts.AssumeRoleAsync(Request, caller ?? User, cancellationToken);

    async Task<StsException> RefusalAsync(CloudProvider provider, SourceIdentity? caller = null)
    {
        var refusal = await Assert.ThrowsAsync<StsException>(() => AssumeAsync(provider, caller));
        Assert.DoesNotContain(Marker, refusal.ToString(), StringComparison.Ordinal);
        return refusal;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_session_is_granted_and_every_parameter_arrives_in_the_form_as_it_was(CloudProvider provider)
    {
        var assumed = await AssumeAsync(provider);
        var session = _emulator.FindSession(assumed.AccessKeyId)!;
        Assert.Equal((session.AccessKeySecret, session.SecurityToken, session.Expiration), (assumed.AccessKeySecret, assumed.SecurityToken, assumed.Expiration));
        Assert.Equal((Request.RoleArn, Request.RoleSessionName, Request.Policy), (session.RoleArn, session.SessionName, session.Policy));
        Assert.NotEmpty(assumed.RequestId);
        Assert.Equal("/", Assert.Single(_emulator.Requests).Target);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_end_of_a_session_is_the_same_in_every_culture(CloudProvider provider)
    {
        var before = CultureInfo.CurrentCulture;
        // Another calendar than the answer's. Invariant globalization knows no names of cultures.
        CultureInfo.CurrentCulture = new CultureInfo("") { DateTimeFormat = new DateTimeFormatInfo { ShortDatePattern = "dd/MM/yy", LongTimePattern = "hh:mm" } };
        try
        {
            var assumed = await AssumeAsync(provider);
            Assert.Equal(_emulator.FindSession(assumed.AccessKeyId)!.Expiration, assumed.Expiration);
        }
        finally { CultureInfo.CurrentCulture = before; }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_key_that_is_itself_temporary_signs_with_its_token(CloudProvider provider)
    {
        var first = await AssumeAsync(provider);
        await AssumeAsync(provider, new(first.AccessKeyId, first.AccessKeySecret, first.SecurityToken));
        Assert.Equal(StsFailure.IdentityRefused, (await RefusalAsync(provider, new(first.AccessKeyId, first.AccessKeySecret, first.SecurityToken + "x"))).Failure);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_wrong_secret_is_a_refused_identity_with_the_code_and_the_request_id(CloudProvider provider)
    {
        var refusal = await RefusalAsync(provider, new("user", "wrong", null));
        Assert.Equal((StsFailure.IdentityRefused, "SignatureDoesNotMatch"), (refusal.Failure, refusal.Code));
        Assert.NotNull(refusal.RequestId);
    }

    public static TheoryData<CloudProvider, int, string, StsFailure> Codes
    {
        get
        {
            var rows = new TheoryData<CloudProvider, int, string, StsFailure>();
            foreach (var provider in Providers.CompiledIn)
                foreach (var (status, code, failure) in ((int, string, StsFailure)[])
                    [(400, "Throttling.User", StsFailure.Throttled), (404, "EntityNotExist.Role", StsFailure.RoleRefused), (403, "NoPermission", StsFailure.RoleRefused), (500, "InternalError", StsFailure.Unavailable)])
                    rows.Add(provider, status, code, failure);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Each_code_means_the_same_and_none_is_tried_twice(CloudProvider provider, int status, string code, StsFailure failure)
    {
        _emulator.Fail(new("AssumeRole", status, code, Times: 0));
        var refusal = await RefusalAsync(provider);
        Assert.Equal((failure, code), (refusal.Failure, refusal.Code));
        Assert.Equal(1, _emulator.AssumeRoleRejections);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_clock_error_is_tried_once_more_with_a_fresh_nonce(CloudProvider provider)
    {
        _emulator.Fail(new("AssumeRole", 400, "SignatureNonceUsed", Times: 0));
        Assert.Equal(StsFailure.Clock, (await RefusalAsync(provider)).Failure);
        Assert.Equal(2, _emulator.AssumeRoleRejections);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_HTML_answer_and_a_cut_connection_are_an_unavailable_STS(CloudProvider provider)
    {
        foreach (var status in (int[])[200, 502])
        {
            _emulator.Fail(new("AssumeRole", status, Body: $"<html>{Marker}</html>"));
            var html = await RefusalAsync(provider);
            Assert.Equal((StsFailure.Unavailable, "NotJson"), (html.Failure, html.Code));
            _emulator.Heal();
        }
        _emulator.Fail(new("AssumeRole", 0, Times: 0));
        var cut = await RefusalAsync(provider);
        Assert.Equal((StsFailure.Unavailable, "Connection"), (cut.Failure, cut.Code));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_grant_without_a_life_is_none(CloudProvider provider)
    {
        _emulator.Fail(new("AssumeRole", 200, Body: $$$"""{"Credentials":{"AccessKeyId":"STS.a","AccessKeySecret":"{{{Marker}}}","SecurityToken":"c","Expiration":"2000-01-01T00:00:00Z"}}"""));
        Assert.Equal("Unusable", (await RefusalAsync(provider)).Code);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Who_leaves_is_let_go_at_once(CloudProvider provider)
    {
        _emulator.Fail(new("AssumeRole", LatencyMs: 3_600_000));
        using var cancellation = new CancellationTokenSource();
        var call = AssumeAsync(provider, cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_STS_that_does_not_answer_is_given_up(CloudProvider provider)
    {
        _emulator.Fail(new("AssumeRole", LatencyMs: 3_600_000));
        Assert.Equal("Timeout", (await RefusalAsync(provider)).Code);
    }
}
