using Broker.Emulator.Control;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>Whatever STS does: roles with credentials do not notice, new ones are told what is the matter.</summary>
public sealed class FailureContractTests : IAsyncLifetime
{
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(clock: _clock);
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "warm");
        await _broker.PutRoleAsync("acme", "cold");
        await _broker.CredentialsAsync("acme", "warm");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    static Fault Always(int status, string code, string? body = null, int retryAfterMs = 0) => new("AssumeRole", status, code, 0, 0, retryAfterMs, body);

    public static TheoryData<int, string, string?, int, string> Failures => new()
    {
        { 400, "Throttling.User", null, 503, ErrorCode.StsThrottled },
        { 503, "Throttling.Api", null, 503, ErrorCode.StsThrottled },
        { 500, "InternalError", null, 503, ErrorCode.StsUnavailable },
        { 503, "ServiceUnavailable", null, 503, ErrorCode.StsUnavailable },
        { 502, "", "<html>bad gateway</html>", 503, ErrorCode.StsUnavailable },
        { 200, "", "<html>not STS at all</html>", 503, ErrorCode.StsUnavailable },
        { 200, "", "{\"Credentials\":{}}", 503, ErrorCode.StsUnavailable },
        { 403, "NoPermission", null, 502, ErrorCode.StsRejected },
        { 404, "EntityNotExist.Role", null, 502, ErrorCode.StsRejected },
        { 400, "InvalidParameter.PolicyGrammar", null, 502, ErrorCode.StsRejected },
        { 404, "InvalidAccessKeyId.NotFound", null, 503, ErrorCode.SourceIdentityRejected },
        { 400, "SignatureDoesNotMatch", null, 503, ErrorCode.SourceIdentityRejected },
        { 400, "InvalidTimeStamp.Expired", null, 503, ErrorCode.ClockSkew },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failing_STS_is_named_to_new_roles_and_hidden_from_roles_with_credentials(int stsStatus, string stsCode, string? body, int status, string code)
    {
        _broker.Emulator.Fail(Always(stsStatus, stsCode, body));
        var refusal = await _broker.CredentialsAsync("acme", "cold");
        Assert.Equal((status, code), (refusal.Status, refusal.Code));
        Assert.Equal(status == 503, refusal.Headers.RetryAfter is not null);
        if (stsCode.Length > 0) Assert.Equal(stsCode, refusal.Json.GetProperty("stsCode").GetString());

        // Stale: renewed in the background, in vain.
        _clock.Advance(TimeSpan.FromMinutes(35));
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "warm")).Status);
        await Until(() => _broker.Log.Lines.Any(line => line.Contains("r/acme/warm was not minted", StringComparison.Ordinal)));

        _broker.Emulator.Heal();
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "cold")).Status);
    }

    [Fact]
    public async Task A_slow_STS_keeps_a_new_role_waiting_for_no_more_than_its_time()
    {
        _broker.Emulator.Fail(new("AssumeRole", null, null, 0, 3_600_000));
        var waiting = _broker.CredentialsAsync("acme", "cold");
        var refusal = await _broker.WhileTimePassesAsync(waiting, _clock, TimeSpan.FromSeconds(0.1), "acme", "cold");
        Assert.Equal((503, ErrorCode.StsUnavailable), (refusal.Status, refusal.Code));
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "warm")).Status);
    }

    [Fact]
    public async Task An_unreachable_STS_is_unavailable()
    {
        await using var alone = await TestBroker.StartAsync(settings: new() { ["AlibabaCloud:Sts:Endpoint"] = "http://127.0.0.1:1" });
        await alone.PutTenantAsync("acme");
        await alone.PutRoleAsync("acme", "uploads");
        var refusal = await alone.CredentialsAsync("acme", "uploads");
        Assert.Equal((503, ErrorCode.StsUnavailable), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task A_refused_role_calls_STS_once_in_30_seconds_and_a_new_version_asks_again()
    {
        _broker.Emulator.Fail(Always(403, "NoPermission"));
        var before = _broker.Emulator.AssumeRoleRejections;
        for (var i = 0; i < 20; i++) Assert.Equal(502, (await _broker.CredentialsAsync("acme", "cold")).Status);
        Assert.Equal(1, _broker.Emulator.AssumeRoleRejections - before);

        _broker.Emulator.Heal();
        await _broker.PutRoleAsync("acme", "cold", new { storage = "main", access = new[] { "read" }, uploads = new { maxBytes = 10 } });
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "cold")).Status);
    }

    [Fact]
    public async Task What_STS_asks_for_is_passed_on_as_the_time_to_retry()
    {
        _broker.Emulator.Fail(Always(400, "Throttling.User", retryAfterMs: 6500));
        var refusal = await _broker.CredentialsAsync("acme", "cold");
        Assert.Equal(TimeSpan.FromSeconds(7), refusal.Headers.RetryAfter!.Delta);
        await _broker.PutRoleAsync("acme", "colder");
        var next = await _broker.CredentialsAsync("acme", "colder");
        Assert.Equal(ErrorCode.StsThrottled, next.Code);
        Assert.Equal(1, _broker.Emulator.AssumeRoleRejections);
    }

    [Theory]
    [InlineData("SignatureDoesNotMatch", "identity")]
    [InlineData("InvalidTimeStamp.Expired", "clock")]
    public async Task A_broken_identity_or_clock_is_named_by_readiness_until_it_is_mended(string stsCode, string degraded)
    {
        _broker.Emulator.Fail(Always(400, stsCode));
        await _broker.CredentialsAsync("acme", "cold");
        var ready = await _broker.GetAsync($"{_broker.Management}readyz", key: null);
        Assert.Equal((200, $$"""{"status":"ready","degraded":["{{degraded}}"]}"""), (ready.Status, ready.Text));

        _broker.Emulator.Heal();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "cold")).Status);
        Assert.Equal("""{"status":"ready","degraded":[]}""", (await _broker.GetAsync($"{_broker.Management}readyz", key: null)).Text);
    }

    [Fact]
    public async Task A_clock_error_is_tried_once_more_with_fresh_time_and_nonce()
    {
        _broker.Emulator.Fail(new("AssumeRole", 400, "InvalidTimeStamp.Expired", 1));
        Assert.Equal(200, (await _broker.CredentialsAsync("acme", "cold")).Status);
    }

    [Fact]
    public async Task An_hour_of_use_is_renewed_by_the_grains_own_timer()
    {
        var first = (await _broker.CredentialsAsync("acme", "warm")).AccessKeyId;
        var (before, renewedAfter) = (_broker.Emulator.AssumeRoleCalls, _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromMinutes(29));
        await Until(() => _broker.Emulator.AssumeRoleCalls > before);
        await Until(async () => (await _broker.GetAsync($"{TestBroker.RolePath("acme", "warm")}/status")).Json.GetProperty("lastRefresh").GetDateTimeOffset() > renewedAfter);
        _clock.Advance(LeaseTerm.Usual);
        Assert.NotEqual(first, (await _broker.CredentialsAsync("acme", "warm")).AccessKeyId);
        Assert.Equal(1, _broker.Emulator.AssumeRoleCalls - before);
    }

    static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    /// <summary>Looks again at each turn of the scheduler: the events come from timers and sockets, not from a clock.</summary>
    static async Task Until(Func<Task<bool>> condition)
    {
        while (!await condition()) await Task.Yield();
    }
}
