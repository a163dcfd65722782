namespace Broker.Tests.EndToEnd;

public sealed class NarrowedSessionTests(SharedBrokerOnClock shared) : IClassFixture<SharedBrokerOnClock>, IAsyncLifetime
{
    readonly TestBroker _broker = shared.Broker;
    readonly string _tenant = shared.NewTenant();

    public async Task InitializeAsync()
    {
        await _broker.PutTenantAsync(_tenant);
        await _broker.PutRoleAsync(_tenant, "uploads");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    Task<Answer> GetAsync(string query) => _broker.CredentialsAsync(_tenant, "uploads", query: query);

    string PolicyOf(Answer answer) => _broker.Emulator.FindSession(answer.DemandSuccess().AccessKeyId)!.Policy!;

    [Fact]
    public async Task A_session_is_narrowed_by_prefix_and_access_and_serves_every_caller_of_the_same()
    {
        var narrowed = await GetAsync("?prefix=customer-7/&access=read");
        var policy = PolicyOf(narrowed);
        Assert.Contains($"tenants/{_tenant}/customer-7/*", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("oss:PutObject", policy, StringComparison.Ordinal);
        Assert.Equal(narrowed.AccessKeyId, (await GetAsync("?access=read&prefix=customer-7/&minRemaining=60")).AccessKeyId);
        Assert.NotEqual(narrowed.AccessKeyId, (await GetAsync("?prefix=customer-8/&access=read")).AccessKeyId);
        Assert.NotEqual(narrowed.AccessKeyId, (await GetAsync("?prefix=customer-7/")).AccessKeyId);
        Assert.Equal((await GetAsync("?access=read,list")).AccessKeyId, (await GetAsync("?access=list,read")).AccessKeyId);
    }

    [Theory]
    [InlineData("?prefix=a", 400, "prefix")]
    [InlineData("?prefix=../other/", 400, "prefix")]
    [InlineData("?prefix=*/", 400, "prefix")]
    [InlineData("?access=fly", 400, "access")]
    [InlineData("?access=", 400, "access")]
    [InlineData("?access=read,read", 400, "access")]
    [InlineData("?access=delete", 422, "access")]
    public async Task A_narrowing_never_widens(string query, int status, string field)
    {
        var refusal = await GetAsync(query);
        Assert.Equal(status, refusal.Status);
        Assert.Equal([field], refusal.Fields);
    }

    [Fact]
    public async Task A_change_of_the_role_ends_its_narrowed_sessions_too()
    {
        var first = (await GetAsync("?prefix=a/")).AccessKeyId;
        await _broker.PutRoleAsync(_tenant, "uploads", new { storage = "main", access = new[] { "read" } });
        var second = await GetAsync("?prefix=a/");
        Assert.NotEqual(first, second.AccessKeyId);
        Assert.DoesNotContain("oss:PutObject", PolicyOf(second), StringComparison.Ordinal);
        await _broker.PutRoleAsync(_tenant, "uploads", new { storage = "main", access = new[] { "read" }, disabled = true });
        Assert.Equal(ErrorCode.RoleDisabled, (await GetAsync("?prefix=a/")).Code);
    }

    [Fact]
    public async Task A_tenant_mints_five_a_second_and_no_more_and_no_rows_stay()
    {
        await _broker.PutTenantAsync("other");
        await _broker.PutRoleAsync("other", "uploads");
        var before = _broker.Emulator.AssumeRoleCalls;
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => GetAsync($"?prefix=p{i}/")));
        Assert.Equal(5, answers.Count(a => a.Status == 200));
        Assert.All(answers.Where(a => a.Status != 200), a => Assert.Equal((429, ErrorCode.RateLimited), (a.Status, a.Code)));
        Assert.All(answers.Where(a => a.Status == 429), a => Assert.NotNull(a.Headers.RetryAfter));
        Assert.Equal(5, _broker.Emulator.AssumeRoleCalls - before);
        Assert.Equal(200, (await _broker.CredentialsAsync("other", "uploads", query: "?prefix=p/")).Status);

        Assert.Equal(0L, await _broker.SqlAsync("SELECT COUNT(*) FROM OrleansStorage WHERE GrainIdExtensionString LIKE 'n/%' OR GrainIdExtensionString LIKE 'm/%'"));
    }

    [Fact]
    public async Task A_tenant_has_no_more_of_them_than_its_limit()
    {
        await _broker.PutLocalTenantAsync("small", new { narrowedSessions = 2 });
        await _broker.PutRoleAsync("small", "uploads");
        Task<Answer> Get(string prefix) => _broker.CredentialsAsync("small", "uploads", query: $"?prefix={prefix}/");
        Assert.Equal((200, 200, 429), ((await Get("a")).Status, (await Get("b")).Status, (await Get("c")).Status));
        Assert.Equal(200, (await Get("a")).Status);
    }
}
