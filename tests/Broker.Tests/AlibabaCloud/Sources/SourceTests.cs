using Broker.AlibabaCloud.Sources;
using Broker.Emulator;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.AlibabaCloud.Sources;

/// <summary>Each place where a key can be, and what is said of one that is broken: the file and the field, and no secret.</summary>
public sealed class SourceTests : IAsyncLifetime
{
    const string Marker = "planted-marker", Role = $"acs:ram::{EmulatorOptions.Account}:role/broker", Provider = $"acs:ram::{EmulatorOptions.Account}:oidc-provider/ack";

    EmulatorHost _emulator = null!;
    Places _places = null!;

    public async Task InitializeAsync()
    {
        _emulator = await EmulatorHost.StartAsync(new() { AccessKeys = new Dictionary<string, string> { ["user"] = "secret" } }, CancellationToken.None);
        _places = new(_emulator.Sts);
    }

    public async Task DisposeAsync()
    {
        _places.Dispose();
        await _emulator.DisposeAsync();
    }

    /// <summary>Its refusal names the rule, and the file where there is one, and repeats nothing of what stands there.</summary>
    static async Task AssertNamedAsync(IIdentitySource source, string rule, string file = "")
    {
        var refusal = await Places.RefusalAsync(source);
        Assert.Contains(file, refusal, StringComparison.Ordinal);
        Assert.Contains(rule, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, refusal, StringComparison.Ordinal);
    }

    static string Token(int secondsLeft) => $"e30.{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($$"""{"exp":{{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + secondsLeft}}}""")).TrimEnd('=')}.c2ln";

    [Theory]
    [InlineData("""  "mode": "AK", "access_key_id": "user", "access_key_secret": "secret" """, "user")]
    [InlineData("""  "mode": "StsToken", "access_key_id": "STS.a", "access_key_secret": "b", "sts_token": "c" """, "STS.a")]
    [InlineData("""  "mode": "RamRoleArn", "access_key_id": "user", "access_key_secret": "secret", "ram_role_arn": "acs:ram::1234567890123456:role/broker", "ram_session_name": "one", "expired_seconds": 900 """, "STS.*one")]
    [InlineData("""  "mode": "ChainableRamRoleArn", "source_profile": "q", "ram_role_arn": "acs:ram::1234567890123456:role/broker", "ram_session_name": "two" }, { "name": "q", "mode": "AK", "access_key_id": "user", "access_key_secret": "secret" """, "STS.*two")]
    [InlineData("""  "mode": "External", "process_command": "sh -c 'printf %s \"{\\\"mode\\\":\\\"AK\\\",\\\"access_key_id\\\":\\\"x\\\",\\\"access_key_secret\\\":\\\"y\\\"}\"'" """, "x")]
    public async Task A_profile_of_the_CLI_gives_its_key(string profile, string expected)
    {
        _places.WriteProfile(profile);
        var identity = await _places.Parts.CliProfile(null).ReadAsync(default);
        if (expected.Split('*') is [var begin, var session])
        {
            Assert.StartsWith(begin, identity.AccessKeyId, StringComparison.Ordinal);
            Assert.Equal(session, _emulator.FindSession(identity.AccessKeyId)!.SessionName);
            Assert.NotNull(identity.Expiration);
        }
        else Assert.Equal(expected, identity.AccessKeyId);
    }

    [Theory]
    [InlineData("{", "is not a JSON object")]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("""{ "current": "p" }""", "profiles must be an array with a profile")]
    [InlineData("""{ "profiles": [ { "name": "p" } ] }""", "current is missing or empty")]
    [InlineData("""{ "current": "q", "profiles": [ { "name": "p" } ] }""", "has no profile 'q'")]
    [InlineData("""{ "current": "p", "profiles": [ { "name": "p", "mode": "Magic" } ] }""", "mode must be AK")]
    [InlineData("""{ "current": "p", "profiles": [ { "name": "p", "mode": "AK", "access_key_id": "planted-marker" } ] }""", "access_key_secret is missing or empty")]
    [InlineData("""{ "current": "p", "profiles": [ { "name": "p", "mode": "ChainableRamRoleArn", "source_profile": "p", "ram_role_arn": "r" } ] }""", "source_profile leads in a circle")]
    [InlineData("""{ "current": "p", "profiles": [ { "name": "p", "mode": "RamRoleArn", "access_key_id": "a", "access_key_secret": "planted-marker", "ram_role_arn": "r", "expired_seconds": "x" } ] }""", "expired_seconds is no whole number")]
    public async Task A_broken_file_of_the_CLI_is_named_with_its_field(string content, string rule)
    {
        var file = _places.Write(".aliyun/config.json", content);
        await AssertNamedAsync(_places.Parts.CliProfile(null), rule, file);
    }

    [Fact]
    public async Task A_section_of_the_credentials_file_gives_its_key_or_is_named_with_its_field()
    {
        var file = _places.Write(".alibabacloud/credentials", $"""
            [default]
            type = access_key
            access_key_id = user
            access_key_secret = secret
            [role]
            type = ram_role_arn
            access_key_id = user
            access_key_secret = secret
            role_arn = {Role}
            role_session_name = three
            [other]
            type = magic
            [half]
            type = access_key
            access_key_id = {Marker}
            """);
        Assert.Equal("user", (await _places.Parts.CredentialsFile(null).ReadAsync(default)).AccessKeyId);
        var session = await _places.Parts.CredentialsFile("role").ReadAsync(default);
        Assert.Equal("three", _emulator.FindSession(session.AccessKeyId)!.SessionName);
        foreach (var (section, rule) in ((string, string)[])[("other", "type must be access_key"), ("half", "access_key_secret is missing"), ("none", "type is missing")])
            await AssertNamedAsync(_places.Parts.CredentialsFile(section), rule, file);
    }

    [Fact]
    public async Task A_token_of_OIDC_is_read_anew_and_goes_in_the_form()
    {
        var file = _places.Write("token", Token(-60));
        var source = _places.Parts.OidcFrom(Role, Provider, file);
        Assert.Contains("AuthenticationFail.OIDCToken.Expired", await Places.RefusalAsync(source), StringComparison.Ordinal);
        File.WriteAllText(file, Token(600) + "\n");
        var session = await source.ReadAsync(default);
        Assert.Equal((Role, "broker"), (_emulator.FindSession(session.AccessKeyId)!.RoleArn, _emulator.FindSession(session.AccessKeyId)!.SessionName));
        Assert.All(_emulator.Requests, request => Assert.DoesNotContain("OIDCToken", request.Target, StringComparison.Ordinal));
        File.WriteAllText(file, "");
        Assert.Contains($"'{file}' holds no OIDC token", await Places.RefusalAsync(source), StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains($"'{file}' cannot be read", await Places.RefusalAsync(source), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("printf planted-marker", "is not a JSON object")]
    [InlineData("printf 'planted-marker", "The process_command of a test has a quote that is not closed")]
    [InlineData("printf planted-marker\\", "The process_command of a test ends with a backslash")]
    [InlineData("''", "The process_command of a test is empty")]
    [InlineData("sh -c 'printf planted-marker >&2; exit 3'", "ended with 3")]
    [InlineData("""printf '{"mode":"StsToken","access_key_id":"a","access_key_secret":"planted-marker"}'""", "sts_token is missing or empty")]
    [InlineData("""printf '{"access_key_id":"a"}'""", "access_key_secret is missing or empty")]
    [InlineData("""printf '{"access_key_id":"a","access_key_secret":"b","expiration":"soon"}'""", "expiration is no moment")]
    [InlineData("head -c 300000 /dev/zero", "printed more than")]
    [InlineData("/nowhere/at/all", "cannot be started")]
    [InlineData("'unclosed", "a quote that is not closed")]
    [InlineData("  ", "is empty")]
    public Task A_process_that_prints_no_key_is_named_without_what_it_printed(string command, string rule) =>
        AssertNamedAsync(_places.Parts.ExternalProcess(command, "The process_command of a test"), rule);

    [Fact]
    public async Task A_process_that_hangs_is_killed_with_what_it_has_started()
    {
        var clock = new FakeTimeProvider();
        using var places = new Places(clock: clock);
        var (started, alive) = (Path.Combine(places.Home, "started"), Path.Combine(places.Home, "alive"));
        // The child holds a lock on a file for as long as it lives.
        var reading = Places.RefusalAsync(places.Parts.ExternalProcess($"sh -c 'flock {alive} sh -c \"touch {started}; sleep 1000\"; true'", "The process_command of a test"));
        while (!File.Exists(started)) await Task.Yield();
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Contains("has not ended within 60 s", await reading, StringComparison.Ordinal);
        using var free = System.Diagnostics.Process.Start("flock", ["--timeout", "10", alive, "true"]);
        await free.WaitForExitAsync();
        Assert.Equal(0, free.ExitCode);
    }

    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData(" a  'b c' \"d \\\" \\$ \\e\" ", "a|b c|d \" $ \\e")]
    [InlineData("a\\ b '' \"\"", "a b||")]
    [InlineData("a'b'\"c\"d", "abcd")]
    public void A_command_is_split_as_the_vendors_SDKs_split_it(string command, string expected) => Assert.Equal(expected.Split('|'), ProcessCommandLine.Split(command, "It"));

    [Fact]
    public void The_keys_secret_is_in_no_text_of_it() => Assert.DoesNotContain(Marker, $"{new SourceIdentity("id", Marker, Marker)}", StringComparison.Ordinal);
}
