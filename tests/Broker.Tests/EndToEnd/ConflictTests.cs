using Broker.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Broker.Tests.EndToEnd;

/// <summary>Two activations of one grain that write at once, as there may be for seconds when silos come and go: one row, nothing acknowledged is lost.</summary>
public sealed class ConflictTests : IAsyncLifetime
{
    const string State = "conflict-tests-v1";

    TestBroker _broker = null!;

    public async Task InitializeAsync() => _broker = await TestBroker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    IGrainStorage Storage => _broker.Services.GetRequiredKeyedService<IGrainStorage>(OrleansHosting.InnerStorage);

    static GrainId Id(string key) => GrainId.Create("conflict-tests", key);

    Task WriteAsync(string key, GrainState<string> state) => Storage.WriteStateAsync(State, Id(key), state);

    async Task<string> ReadAsync(string key)
    {
        var state = new GrainState<string>();
        await Storage.ReadStateAsync(State, Id(key), state);
        return state.State!;
    }

    [Fact]
    public async Task Of_first_writes_at_once_one_is_kept_and_the_others_are_conflicts()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"r/acme/{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
            {
                try
                {
                    await WriteAsync(key, new($"writer {i}"));
                    return $"writer {i}";
                }
                catch (InconsistentStateException) { return null; }
            }));
            Assert.Equal(Assert.Single(outcomes, o => o is not null), await ReadAsync(key));
        }
        Assert.Equal(20L, await _broker.SqlAsync($"SELECT COUNT(*) FROM OrleansStorage WHERE GrainTypeString = '{State}'"));
    }

    [Fact]
    public async Task Of_updates_at_once_one_is_kept_and_the_others_are_conflicts()
    {
        await WriteAsync("r/acme/uploads", new("first"));
        var states = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            var state = new GrainState<string>();
            await Storage.ReadStateAsync(State, Id("r/acme/uploads"), state);
            state.State = $"writer {i}";
            return state;
        }));
        var outcomes = await Task.WhenAll(states.Select(async state =>
        {
            try
            {
                await WriteAsync("r/acme/uploads", state);
                return state.State;
            }
            catch (InconsistentStateException) { return null; }
        }));
        Assert.Equal(Assert.Single(outcomes, o => o is not null), await ReadAsync("r/acme/uploads"));
    }

    [Theory]
    [InlineData("UPDATE OrleansStorage SET Version = Version + 1 WHERE GrainTypeString LIKE 'role-settings%'")]
    [InlineData("DELETE FROM OrleansStorage WHERE GrainTypeString LIKE 'role-settings%'")]
    public async Task Whoever_comes_second_is_answered_unavailable_and_works_on_the_next_call(string behindItsBack)
    {
        await _broker.PutTenantAsync("acme");
        await _broker.PutRoleAsync("acme", "uploads");
        await _broker.SqlAsync(behindItsBack);
        Task<Answer> PutAsync() => _broker.SendAsync(HttpMethod.Put, TestBroker.RolePath("acme", "uploads"), new { storage = "main", access = new[] { "read" } });
        var second = await PutAsync();
        Assert.True(second is { Status: 503, Code: ErrorCode.Unavailable }, second.Text);
        Assert.NotNull(second.Headers.RetryAfter);
        (await PutAsync()).DemandSuccess();
        Assert.Equal("""["read"]""", (await _broker.GetAsync(TestBroker.RolePath("acme", "uploads"))).Json.GetProperty("definition").GetProperty("access").ToString());
    }

    [Fact]
    public async Task Keys_that_look_like_numbers_do_not_share_a_row()
    {
        string[] tenants = ["abc", "0abc", "123", "0123", "00000000-0000-0000-0000-000000000abc", "00000000000000000000000000000abc", "0"];
        foreach (var tenant in tenants)
        {
            await _broker.PutTenantAsync(tenant);
            foreach (var role in tenants) await _broker.PutRoleAsync(tenant, role, new { storage = "main", access = new[] { "read" }, subPrefix = $"{tenant}-of-{role}/" });
        }
        Assert.Equal((long)(tenants.Length * tenants.Length), await _broker.SqlAsync("SELECT COUNT(*) FROM OrleansStorage WHERE GrainTypeString LIKE 'role-settings%'"));
        foreach (var tenant in tenants)
            foreach (var role in tenants)
                Assert.Contains($"\"{tenant}-of-{role}/\"", (await _broker.GetAsync(TestBroker.RolePath(tenant, role))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_text_a_query_has_it_is_no_error_of_the_database()
    {
        foreach (var text in (string[])["%00", "a%00b", "%ED%A0%80", "%F0%9F%98%80"])
        {
            var answer = await _broker.GetAsync($"/v1/audit?caller={text}");
            Assert.True(answer.Status is 200 or 400, $"{text}: {answer.Status} {answer.Text}");
        }
        Assert.Equal("""{"status":"ready","degraded":[]}""", (await _broker.GetAsync($"{_broker.Management}readyz", key: null)).Text);
    }
}
