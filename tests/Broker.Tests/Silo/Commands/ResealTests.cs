using Broker.Silo.Commands;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;

namespace Broker.Tests.Silo.Commands;

/// <summary><c>silo reseal</c>: one master key takes another's place.</summary>
public sealed class ResealTests
{
    const string Versions = "SELECT SUM(Version) FROM OrleansStorage WHERE GrainTypeString = 'role-credentials-v1'";

    static readonly string[] Roles = [.. Enumerable.Range(1, 12).Select(number => $"role{number}")];

    readonly string _data = Directory.CreateTempSubdirectory("broker-reseal-").FullName;
    PostgresDatabase? _postgres;

    /// <summary>Settings with these master keys; the last one seals.</summary>
    static Dictionary<string, string?> With(params string[] keys)
    {
        var settings = keys.ToDictionary(key => $"MasterKeys:{key}", key => (string?)Convert.ToBase64String([.. Enumerable.Repeat((byte)key[1], 32)]));
        settings["ActiveKeyId"] = keys[^1];
        return settings;
    }

    async Task<TestBroker> StartAsync(string writer, params string[] keys)
    {
        var broker = await TestBroker.StartAsync(_data, settings: new(With(keys)) { ["Audit:Writer"] = writer });
        _postgres = broker.Postgres;
        return broker;
    }

    /// <summary>Runs a command with these master keys.</summary>
    async Task<(int Code, string Text)> RunAsync(Func<string[], TextWriter, CancellationToken, Task<int>> command, params string[] keys)
    {
        using var output = new StringWriter();
        string[] postgres = _postgres is null ? [] : [$"--Postgres:ConnectionString={_postgres.AsSilo}"];
        return (await command([$"--DataDirectory={_data}", .. postgres, .. With(keys).Select(s => $"--{s.Key}={s.Value}")], output, default), output.ToString());
    }

    /// <summary>A silo with the first key has vended for each role, and is gone.</summary>
    async Task<string[]> VendUnderFirstKeyAsync()
    {
        await using var broker = await StartAsync("first", "k1");
        await broker.PutTenantAsync("acme");
        foreach (var role in Roles) await broker.PutRoleAsync("acme", role);
        return await SessionsAsync(broker);
    }

    static async Task<string[]> SessionsAsync(TestBroker broker) =>
        [.. (await Task.WhenAll(Roles.Select(role => broker.CredentialsAsync("acme", role)))).Select(answer => answer.DemandSuccess().AccessKeyId)];

    static void Demand(string expected, (int Code, string Text) run, int code = Reseal.Done)
    {
        Assert.Contains(expected, run.Text, StringComparison.Ordinal);
        Assert.Equal(code, run.Code);
    }

    [Fact]
    public async Task Afterwards_a_silo_without_the_old_key_serves_the_same_credentials_and_the_audit_is_fine()
    {
        var sessions = await VendUnderFirstKeyAsync();
        await using (var broker = await StartAsync("second", "k1", "k2"))
        {
            Assert.Equal(sessions, await SessionsAsync(broker));
            var before = await broker.SqlAsync(Versions);
            var run = await RunAsync(Reseal.RunAsync, "k1", "k2");
            Demand("Credentials of roles: 12 resealed, 0 under the active master key already, 0 unreadable.", run);
            Demand("Keys of the audit's writers: 1 resealed, 1 under the active master key already, 0 unreadable.", run);
            Assert.Equal(before, await broker.SqlAsync(Versions));
        }
        Demand("0 resealed, 12 under", await RunAsync(Reseal.RunAsync, "k2"));
        await using var after = await StartAsync("third", "k2");
        Assert.Equal(sessions, await SessionsAsync(after));
        Assert.Equal(Roles.Length, after.Emulator.AssumeRoleCalls);
        var (code, text) = await RunAsync(AuditVerify.RunAsync, "k2");
        Assert.True(code == AuditVerify.Fine, text);
    }

    [Fact]
    public async Task Beside_a_silo_that_vends_and_renews_nothing_fails_and_nothing_is_lost()
    {
        await VendUnderFirstKeyAsync();
        string[] sessions;
        await using (var broker = await StartAsync("second", "k1", "k2"))
        {
            await SessionsAsync(broker);
            var vending = Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SessionsAsync(broker)));
            var renewing = Task.WhenAll(Roles.Select(role => broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", role)}/refresh")));
            Demand("0 unreadable", await RunAsync(Reseal.RunAsync, "k1", "k2"));
            await vending;
            Assert.All(await renewing, answer => Assert.Equal(200, answer.Status));
            // Whose row was resealed writes it once more: the version that its grain knows is still the row's.
            foreach (var role in Roles) (await broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath("acme", role)}/refresh")).DemandSuccess();
            sessions = await SessionsAsync(broker);
            Assert.Equal(3 * Roles.Length, broker.Emulator.AssumeRoleCalls);
            Assert.DoesNotContain(broker.Log.Lines, line => line.Contains("were not stored", StringComparison.Ordinal));
        }
        await using var after = await StartAsync("third", "k2");
        Assert.Equal(sessions, await SessionsAsync(after));
        Assert.Equal(3 * Roles.Length, after.Emulator.AssumeRoleCalls);
    }

    [Fact]
    public async Task What_does_not_open_is_named_and_stays_as_it_is()
    {
        await VendUnderFirstKeyAsync();
        var run = await RunAsync(Reseal.RunAsync, "k2");
        Demand("Credentials of roles: 0 resealed, 0 under the active master key already, 12 unreadable.", run, Reseal.Left);
        Demand("r/acme/role3 does not open", run, Reseal.Left);
        Demand("The audit's writer first does not open", run, Reseal.Left);
        Demand("0 resealed, 12 under", await RunAsync(Reseal.RunAsync, "k1"));
    }

    [Fact]
    public async Task Without_a_database_it_cannot_run_and_makes_none()
    {
        Demand("There is no database", await RunAsync(Reseal.RunAsync, "k1"), Reseal.Failed);
        Assert.Empty(Directory.GetFiles(_data));
    }
}
