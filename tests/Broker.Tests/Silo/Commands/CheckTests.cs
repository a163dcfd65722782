using System.Text;
using Broker.Emulator;
using Broker.Emulator.Control;
using Broker.Silo.Commands.Checks;
using Broker.Tests.EndToEnd;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Silo.Commands;

/// <summary><c>silo check</c> against the emulator: what it says of a cloud that does as expected, and of one that does not.</summary>
public sealed class CheckTests(SharedBrokerOnClock shared) : IClassFixture<SharedBrokerOnClock>, IAsyncLifetime
{
    readonly TestBroker _broker = shared.Broker;
    readonly FakeTimeProvider _clock = shared.Clock;
    readonly string _tenant = shared.NewTenant();
    readonly Dictionary<string, long> _before = new(shared.Broker.Emulator.Stats);

    public async Task InitializeAsync() => await _broker.PutLocalTenantAsync(_tenant);

    public Task DisposeAsync()
    {
        _broker.Emulator.Heal();
        return Task.CompletedTask;
    }

    async Task<(int Code, string Text)> CheckAsync(params string[] access)
    {
        (await _broker.SendAsync(HttpMethod.Put, TestBroker.RolePath(_tenant, "uploads"), new { storage = "main", access, uploads = new { contentTypes = (string[])["text/plain"] } })).DemandSuccess();
        using var output = new Hurried(_clock);
        var code = await Check.RunAsync(["--tenant", _tenant, "--role=uploads", $"--api={_broker.Http.BaseAddress}", "--AdminKey", TestBroker.AdminKey], output, _clock, default);
        return (code, output.ToString());
    }

    /// <summary>How often that was asked since the test began.</summary>
    long Count(string counter) => _broker.Emulator.Stats.GetValueOrDefault(counter) - _before.GetValueOrDefault(counter);

    [Fact]
    public async Task All_comes_as_expected_and_nothing_stays()
    {
        var (code, text) = await CheckAsync("read", "write", "list", "delete");
        Assert.True(code == Check.AsExpected, text);
        Assert.Contains("All 19 came as expected.", text, StringComparison.Ordinal);
        Assert.Equal((1, 2, 6), (Count("putObject"), Count("postObject"), Count("deleteObject")));
    }

    [Theory]
    [InlineData("read,list")]
    [InlineData("write")]
    [InlineData("")]
    public async Task A_role_that_may_not_delete_puts_nothing_and_is_refused_the_rest(string access)
    {
        var (code, text) = await CheckAsync(access.Split(',', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(code == Check.AsExpected, text);
        Assert.Equal((0, 0), (Count("putObject"), Count("postObject")));
        Assert.Contains("not tried", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_otherwise_is_marked()
    {
        _broker.Emulator.Fail(new Fault("ListObjectsV2", 200, Times: 0, Body: "<ListBucketResult/>"));
        var (code, text) = await CheckAsync("read", "write", "list", "delete");
        Assert.True(code == Check.Different, text);
        Assert.Equal(["! list outside the prefix", "! list the whole bucket"], text.Split('\n').Where(line => line.StartsWith('!')).Select(line => line[..46].TrimEnd()));
    }

    [Fact]
    public async Task A_session_that_STS_refuses_is_said_with_its_code()
    {
        _broker.Emulator.Fail(new Fault("AssumeRole", 403, "NoPermission", 0));
        var (code, text) = await CheckAsync("read");
        Assert.Equal(Check.Failed, code);
        Assert.Contains("NoPermission", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tenant is needed", "--role", "uploads")]
    [InlineData("--role is needed", "--tenant", "acme", "--role", "../x")]
    [InlineData("--api must be a URL", "--tenant", "acme", "--role", "uploads", "--api", "localhost")]
    [InlineData("Postgres:ConectionString is no setting here", "--tenant", "acme", "--role", "uploads", "--Postgres:ConectionString=x")]
    [InlineData("AdminKey or AdminKeyFile is needed", "--tenant", "acme", "--role", "uploads")]
    public async Task Wrong_arguments_are_named(string message, params string[] arguments)
    {
        using var output = new StringWriter();
        Assert.Equal(Check.Failed, await Check.RunAsync(arguments, output, _clock, default));
        Assert.Contains(message, output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>When the command says that it waits, time passes.</summary>
    sealed class Hurried(FakeTimeProvider clock) : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override async Task WriteLineAsync(string? value)
        {
            await base.WriteLineAsync(value);
            if (value?.StartsWith('…') == true) clock.Advance(TimeSpan.FromSeconds(20));
        }
    }
}
