using System.Text.Json;
using Broker.Credentials;
using Broker.Tests.EndToEnd;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Client;

/// <summary>The command <c>broker-credentials</c> against the real broker, and a disk in every state.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class CredentialsCommandTests(SharedBrokerOnClock shared) : IClassFixture<SharedBrokerOnClock>, IAsyncLifetime
{
    /// <summary>So little that what lives for minutes lives on while the machine does other things.</summary>
    static readonly TimeSpan Little = TimeSpan.FromMicroseconds(200);

    readonly FakeTimeProvider _clock = shared.Clock;
    readonly string _cache = Path.Combine(Directory.CreateTempSubdirectory("broker-command-").FullName, "cache"), _keyFile = Path.GetTempFileName();
    readonly Dictionary<string, string> _environment = [];
    readonly string _tenant = shared.NewTenant();
    TestBroker _broker = shared.Broker;

    public async Task InitializeAsync()
    {
        await _broker.PutTenantAsync(_tenant);
        await _broker.PutRoleAsync(_tenant, "uploads");
        var key = (await _broker.SendAsync(HttpMethod.Post, $"/v1/tenants/{_tenant}/api-keys", new { scopes = (string[])["credentials:read"] })).DemandSuccess().Json.GetProperty("apiKey").GetString();
        await File.WriteAllTextAsync(_keyFile, $"{key}\n");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[
            ("BROKER_ADDRESS", $"{_broker.Http.BaseAddress}"), ("BROKER_TENANT", _tenant), ("BROKER_ROLE", "uploads"), ("BROKER_KEY_FILE", _keyFile), ("BROKER_CACHE", _cache)])
            _environment[name] = value;
    }

    public async Task DisposeAsync()
    {
        if (_broker != shared.Broker) await _broker.DisposeAsync();
        File.Delete(_keyFile);
        Directory.Delete(Path.GetDirectoryName(_cache)!, recursive: true);
    }

    string CacheFile => Directory.GetFiles(_cache).Single();

    Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync(arguments, passing: TimeSpan.Zero);

    /// <param name="arguments">The command's.</param>
    /// <param name="passing">What passes again and again while it runs.</param>
    async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments, TimeSpan passing)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var running = CredentialsCommand.RunAsync(arguments, name => _environment.GetValueOrDefault(name), output, errors, _clock);
        while (!running.IsCompleted)
        {
            _clock.Advance(passing);
            await Task.Yield();
        }
        return (await running, output.ToString(), errors.ToString());
    }

    static string IdIn(string output) => JsonDocument.Parse(output).RootElement.GetProperty("access_key_id").GetString()!;

    [Fact]
    public async Task It_prints_the_document_asks_once_and_keeps_it_to_itself()
    {
        var first = await RunAsync();
        Assert.Equal((0, ""), (first.Code, first.Errors));
        var session = _broker.Emulator.FindSession(IdIn(first.Output))!;
        var document = JsonDocument.Parse(first.Output).RootElement;
        Assert.Equal(("StsToken", session.AccessKeySecret, session.SecurityToken, $"{session.Expiration:yyyy-MM-ddTHH:mm:ssZ}"),
            (document.GetProperty("mode").GetString(), document.GetProperty("access_key_secret").GetString(), document.GetProperty("sts_token").GetString(), document.GetProperty("expiration").GetString()));
        Assert.Equal(first.Output, (await RunAsync("cli")).Output);
        var oss = JsonDocument.Parse((await RunAsync("oss")).Output).RootElement;
        Assert.Equal(session.SecurityToken, oss.GetProperty("SecurityToken").GetString());
        Assert.Equal(1, (await _broker.GetAsync($"{TestBroker.RolePath(_tenant, "uploads")}/status")).Json.GetProperty("requests").GetInt64());
        Assert.Equal((UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, UnixFileMode.UserRead | UnixFileMode.UserWrite), (File.GetUnixFileMode(_cache), File.GetUnixFileMode(CacheFile)));
    }

    [Fact]
    public async Task Many_at_once_print_the_same_and_leave_one_whole_file()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RunAsync()));
        Assert.All(all, run => Assert.Equal(0, run.Code));
        Assert.Single(all.Select(run => IdIn(run.Output)).Distinct());
        Assert.Equal(IdIn(all[0].Output), JsonDocument.Parse(await File.ReadAllTextAsync(CacheFile)).RootElement.GetProperty("AccessKeyId").GetString());
    }

    [Fact]
    public async Task With_the_broker_away_it_prints_what_lives_and_else_ends_with_3()
    {
        _broker = await TestBroker.StartAsync(clock: _clock);
        await InitializeAsync();
        var first = await RunAsync();
        await _broker.DisposeAsync();
        _clock.Advance(TimeSpan.FromMinutes(41));
        var later = await RunAsync([], Little);
        Assert.Equal((0, first.Output), (later.Code, later.Output));
        _clock.Advance(TimeSpan.FromMinutes(20));
        var (code, output, errors) = await RunAsync([], Little);
        Assert.Equal((CredentialsCommand.Away, ""), (code, output));
        Assert.Contains("(unreachable)", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task What_the_broker_refuses_is_forgotten_on_disk_and_ends_with_1()
    {
        await RunAsync();
        (await _broker.SendAsync(HttpMethod.Post, $"/v1/tenants/{_tenant}/suspend")).DemandSuccess();
        _clock.Advance(TimeSpan.FromMinutes(41));
        var (code, output, errors) = await RunAsync();
        Assert.Equal((CredentialsCommand.Refused, ""), (code, output));
        Assert.Contains("tenant_suspended", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_cache));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task A_file_that_cannot_be_read_counts_as_none_and_is_replaced(string content)
    {
        await RunAsync();
        await File.WriteAllTextAsync(CacheFile, content);
        Assert.Equal(0, (await RunAsync()).Code);
        Assert.Contains("STS.", await File.ReadAllTextAsync(CacheFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_or_directory_that_others_may_reach_is_not_used()
    {
        await RunAsync();
        File.SetUnixFileMode(CacheFile, File.GetUnixFileMode(CacheFile) | UnixFileMode.GroupRead);
        Assert.Equal((CredentialsCommand.Unsafe, ""), ((await RunAsync()).Code, (await RunAsync()).Output));
        File.Delete(CacheFile);
        File.SetUnixFileMode(_cache, File.GetUnixFileMode(_cache) | UnixFileMode.OtherWrite);
        Assert.Contains($"'{_cache}' is open to others: its mode must be 0700", (await RunAsync()).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BROKER_ADDRESS", "http://broker.example.com", "Address must be https")]
    [InlineData("BROKER_ADDRESS", null, "Address must be https://host")]
    [InlineData("BROKER_TENANT", null, "Tenant is needed")]
    [InlineData("BROKER_KEY_FILE", null, "ApiKey")]
    public async Task A_broken_setting_is_named_and_ends_with_2(string variable, string? value, string rule)
    {
        _environment.Remove(variable);
        if (value is not null) _environment[variable] = value;
        var (code, output, errors) = await RunAsync();
        Assert.Equal((CredentialsCommand.Misused, ""), (code, output));
        Assert.Contains(rule, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_broker_does_not_know_ends_with_1_and_is_not_repeated()
    {
        await File.WriteAllTextAsync(_keyFile, "bk_planted_marker");
        var (code, output, errors) = await RunAsync();
        Assert.Equal((CredentialsCommand.Refused, ""), (code, output));
        Assert.DoesNotContain("marker", errors, StringComparison.Ordinal);
        Assert.Equal(CredentialsCommand.Misused, (await RunAsync("json")).Code);
        File.Delete(_keyFile);
        Assert.Equal(CredentialsCommand.Misused, (await RunAsync()).Code);
    }
}
