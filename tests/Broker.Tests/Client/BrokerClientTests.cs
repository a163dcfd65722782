using System.Diagnostics;
using Broker.Client;
using Broker.Emulator.Control;
using Broker.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Client;

/// <summary>The client package against the real broker.</summary>
public sealed class BrokerClientTests(SharedBrokerOnClock shared) : IClassFixture<SharedBrokerOnClock>, IAsyncLifetime
{
    readonly FakeTimeProvider _clock = shared.Clock;
    readonly HttpClient _http = new();
    readonly string _tenant = shared.NewTenant();
    TestBroker _broker = shared.Broker;
    string _key = "";

    public async Task InitializeAsync()
    {
        await _broker.PutLocalTenantAsync(_tenant);
        await _broker.PutRoleAsync(_tenant, "uploads");
        _key = (await _broker.SendAsync(HttpMethod.Post, $"/v1/tenants/{_tenant}/api-keys", new { scopes = (string[])["credentials:read", "signed-urls:create", "post-policies:create"] }))
            .DemandSuccess().Json.GetProperty("apiKey").GetString()!;
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        _broker.Emulator.Heal();
        if (_broker != shared.Broker) await _broker.DisposeAsync();
    }

    /// <summary>For what would be felt by the other tests.</summary>
    async Task OwnBrokerAsync()
    {
        _broker = await TestBroker.StartAsync(clock: _clock);
        await InitializeAsync();
    }

    BrokerClientOptions Options(Uri? address = null) => new() { Address = address ?? _broker.Http.BaseAddress, ApiKey = _key, Tenant = _tenant, Role = "uploads" };

    BrokerClient NewClient(BrokerClientOptions? options = null) => new(_http, options ?? Options(), _clock);

    /// <summary>How often the broker was asked for credentials.</summary>
    async Task<long> AskedAsync() => (await _broker.GetAsync($"{TestBroker.RolePath(_tenant, "uploads")}/status")).Json.GetProperty("requests").GetInt64();

    static async Task<BrokerProblemException> ProblemAsync(Func<Task> act) => await Assert.ThrowsAsync<BrokerProblemException>(act);

    static Task<BrokerProblemException> ProblemAsync(BrokerClient client) => ProblemAsync(async () => await client.GetCredentialsAsync());

    /// <summary>Time passes, a little each time the role has had its turn, until it is done.</summary>
    async Task PassAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            await AskedAsync();
            _clock.Advance(TimeSpan.FromMilliseconds(20));
        }
    }

    [Fact]
    public async Task A_thousand_callers_make_one_request_and_later_ones_none()
    {
        var client = NewClient();
        var all = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => client.GetCredentialsAsync().AsTask()));
        Assert.Single(all.Select(c => c.AccessKeyId).Distinct());
        Assert.Equal(all[0], await client.GetCredentialsAsync());
        Assert.Equal(1, await AskedAsync());
        Assert.Equal(all[0].SecurityToken, _broker.Emulator.FindSession(all[0].AccessKeyId)!.SecurityToken);
    }

    [Fact]
    public async Task They_are_renewed_ahead_while_callers_have_the_old_ones()
    {
        var client = NewClient();
        var first = await client.GetCredentialsAsync();
        _clock.Advance(TimeSpan.FromMinutes(39));
        Assert.Equal(first, await client.GetCredentialsAsync());
        Assert.Equal(1, await AskedAsync());
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(first, await client.GetCredentialsAsync());
        RoleCredentials next;
        while ((next = await client.GetCredentialsAsync()) == first)
        {
            await AskedAsync();
            _clock.Advance(TimeSpan.FromMilliseconds(20));
        }
        Assert.True(next.Expiration > first.Expiration);
        // The broker renews for the first one who asks when it is due, and by its own timer where time does not jump.
        Assert.InRange(await AskedAsync(), 2, 10);
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_its_own_wait_only()
    {
        var before = _broker.Emulator.AssumeRoleCalls;
        _broker.Emulator.Fail(new Fault("AssumeRole", LatencyMs: 1000));
        var client = NewClient();
        using var leaving = new CancellationTokenSource();
        var left = client.GetCredentialsAsync(leaving.Token).AsTask();
        var stays = client.GetCredentialsAsync().AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await PassAsync(stays);
        Assert.NotEmpty((await stays).AccessKeyId);
        Assert.Equal(1, _broker.Emulator.AssumeRoleCalls - before);
    }

    [Fact]
    public async Task While_the_broker_is_away_those_that_live_are_served_and_then_it_is_said()
    {
        await OwnBrokerAsync();
        var client = NewClient();
        var first = await client.GetCredentialsAsync();
        await _broker.DisposeAsync();
        _clock.Advance(TimeSpan.FromMinutes(58));
        Assert.Equal(first, await client.GetCredentialsAsync());
        _clock.Advance(TimeSpan.FromSeconds(61));
        var asking = ProblemAsync(client);
        while (!asking.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        var problem = await asking;
        Assert.Equal((BrokerProblemException.Unreachable, 0, true), (problem.Code, problem.Status, problem.IsTransient));
        _broker = await TestBroker.StartAsync(_broker.Data, _clock);
        Assert.NotEqual(first, await NewClient().GetCredentialsAsync());
    }

    [Fact]
    public async Task A_503_is_tried_again_when_it_says_and_thrown_with_its_time_when_that_is_too_late()
    {
        await OwnBrokerAsync();
        _broker.Emulator.Fail(new Fault("AssumeRole", 400, "Throttling.User", 1, 0, 3000));
        var asking = NewClient().GetCredentialsAsync().AsTask();
        await PassAsync(asking);
        Assert.NotEmpty((await asking).AccessKeyId);

        await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(_tenant, "uploads")}/revoke");
        _broker.Emulator.Fail(new Fault("AssumeRole", 400, "Throttling.User", 0, 0, 30_000));
        var refused = ProblemAsync(NewClient());
        await PassAsync(refused);
        var problem = await refused;
        Assert.Equal((503, "sts_throttled"), (problem.Status, problem.Code));
        Assert.True(problem.RetryAfter > TimeSpan.FromSeconds(10), $"{problem.RetryAfter}");
        Assert.NotNull(problem.TraceId);
    }

    [Fact]
    public async Task What_a_suspended_tenant_has_is_forgotten_at_the_next_question()
    {
        var client = NewClient();
        await client.GetCredentialsAsync();
        (await _broker.SendAsync(HttpMethod.Post, $"/v1/tenants/{_tenant}/suspend")).DemandSuccess();
        _clock.Advance(TimeSpan.FromMinutes(41));
        await client.GetCredentialsAsync();
        BrokerProblemException? problem = null;
        while (problem is null)
            try { await client.GetCredentialsAsync(); }
            catch (BrokerProblemException e) { problem = e; }
        Assert.Equal((403, "tenant_suspended", false), (problem.Status, problem.Code, problem.IsTransient));
        (await _broker.SendAsync(HttpMethod.Post, $"/v1/tenants/{_tenant}/resume")).DemandSuccess();
        Assert.NotEmpty((await client.GetCredentialsAsync()).AccessKeyId);
    }

    [Fact]
    public async Task Forms_and_URLs_come_with_all_that_their_users_need_and_refusals_by_field()
    {
        var client = NewClient();
        var form = await client.CreateUploadFormAsync(new() { Key = "a.txt", MaxBytes = 100 });
        Assert.Equal(($"tenants/{_tenant}/", $"tenants/{_tenant}/a.txt"), (form.Dir, form.Fields["key"]));
        var urls = await client.SignUrlsAsync([new("GET", "a"), new("PUT", "b") { ContentType = "text/plain" }]);
        Assert.Equal(["GET", "PUT"], urls.Select(url => url.Method));
        Assert.Equal("text/plain", urls[1].Headers["Content-Type"]);
        using var put = await _http.PutAsync(urls[1].Url, new StringContent("x", new System.Net.Http.Headers.MediaTypeHeaderValue("text/plain")));
        Assert.Equal(200, (int)put.StatusCode);
        var refused = await ProblemAsync(() => client.SignUrlAsync(new("GET", "../outside")));
        Assert.Contains("key", refused.Errors.Keys.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_a_file_can_be_replaced()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"{_key}x\n");
        var options = Options();
        (options.ApiKey, options.ApiKeyFile) = (null, file);
        var client = NewClient(options);
        Assert.Equal("unauthenticated", (await ProblemAsync(client)).Code);
        await File.WriteAllTextAsync(file, $"{_key}\n");
        Assert.NotEmpty((await client.GetCredentialsAsync()).AccessKeyId);
        File.Delete(file);
        Assert.Contains(file, (await ProblemAsync(() => client.SignUrlAsync(new("GET", "a")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_belong_to_the_trace_in_which_they_are_made()
    {
        using var activity = new Activity("a caller's own") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        await NewClient().GetCredentialsAsync();
        // What waits for the audit is written.
        _clock.Advance(TimeSpan.FromSeconds(5));
        await _broker.PutTenantAsync("last");
        Assert.Contains(activity.TraceId.ToString(), (await _broker.GetAsync($"/v1/tenants/{_tenant}/audit?pageSize=1000")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Among_services_it_is_one_and_its_options_are_checked_by_name()
    {
        await using var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock).AddBrokerClient(options =>
            (options.Address, options.ApiKey, options.Tenant, options.Role) = (_broker.Http.BaseAddress, _key, _tenant, "uploads")).Services.BuildServiceProvider();
        Assert.Same(services.GetRequiredService<BrokerClient>(), services.GetRequiredService<BrokerClient>());
        Assert.NotEmpty((await services.GetRequiredService<BrokerClient>().GetCredentialsAsync()).AccessKeyId);
        await using var broken = new ServiceCollection().AddBrokerClient(options => options.Address = new("http://broker.example.com")).Services.BuildServiceProvider();
        Assert.Contains("Address must be https", Assert.Throws<OptionsValidationException>(() => broken.GetRequiredService<BrokerClient>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_type_prints_a_secret()
    {
        const string Marker = "planted-marker";
        object[] holders =
        [
            new RoleCredentials("STS.x", Marker, Marker, default, default),
            new SignedUrl(Marker, "GET", new Dictionary<string, string> { ["a"] = Marker }, default, false),
            new UploadForm("https://bucket", new Dictionary<string, string> { ["policy"] = Marker }, "", default, false),
            new BrokerClientOptions { ApiKey = Marker },
        ];
        Assert.All(holders, holder => Assert.DoesNotContain(Marker, $"{holder}", StringComparison.Ordinal));
    }
}
