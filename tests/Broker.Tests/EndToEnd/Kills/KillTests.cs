using Broker.Emulator;
using Broker.Silo.Commands;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd.Kills;

/// <summary>The silo is killed in the middle of writes, again and again, on one data directory. <c>BROKER_KILLS</c> says how often.</summary>
public sealed class KillTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>The tenant in which several write at once.</summary>
    public const string Shared = "shared";

    const int FewestChanges = 10, MostChanges = 150, LongestPauseMicroseconds = 5000;

    readonly int _kills = LongRun.Of("BROKER_KILLS", 1), _seed = LongRun.Of("BROKER_SEED", Random.Shared.Next());
    readonly string _data = Directory.CreateTempSubdirectory("broker-kills-").FullName;
    EmulatorHost _emulator = null!;
    Life? _before;
    int _acknowledged, _inDoubt, _entries;

    public async Task InitializeAsync() => _emulator = await EmulatorHost.StartAsync(new()
    {
        DataDirectory = Path.Combine(_data, "emulator"),
        AccessKeys = new Dictionary<string, string> { [TestBroker.KeyId] = TestBroker.KeySecret },
        Buckets = new Dictionary<string, string> { [TestBroker.Bucket] = "cn-hangzhou" },
    }, CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _emulator.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_writes_it_loses_no_acknowledged_change_and_shows_no_half_of_any()
    {
        output.WriteLine($"Seed {_seed}.");
        var random = new Random(_seed);
        var contended = new ContendedRole("contended");
        IWriter[] writers =
        [
            new RoleWriter("role1", new(random.Next())), new RoleWriter("role2", new(random.Next())), new KeyWriter("key1", new(random.Next())), new KeyWriter("key2", new(random.Next())),
            new TenantWriter("tenant1", new(random.Next())), new TenantWriter("tenant2", new(random.Next())), contended, contended, contended,
        ];
        await WithLifeAsync(async life =>
        {
            (await life.ChangeAsync("PutTenant", HttpMethod.Put, $"/v1/tenants/{Shared}", new { storage = new[] { TestBroker.Storage(Shared, $"tenants/{Shared}/") } })).DemandSuccess();
            await contended.ChangeAsync(life);
            await WriteAndKillAsync(life, writers, random);
        });
        for (var killed = 1; killed <= _kills; killed++)
            await WithLifeAsync(async life =>
            {
                foreach (var writer in writers.Distinct()) await writer.CheckAsync(life);
                await CheckAuditAsync(life, killed);
                if (killed < _kills) await WriteAndKillAsync(life, writers, random);
            });
        output.WriteLine($"{_kills} kills amid {_acknowledged} acknowledged changes and {_inDoubt} that were in doubt: none lost, none half made; {_entries} audit entries looked up, every chain intact.");
    }

    async Task WithLifeAsync(Func<Life, Task> live)
    {
        await using var life = await Life.StartAsync(
        [
            new("DataDirectory", _data), new("SiloPort", "0"), new("GatewayPort", "0"), new("AlibabaCloud:Sts:Endpoint", _emulator.Sts.ToString()),
            new("AlibabaCloud:Identity:AccessKeyId", TestBroker.KeyId), new("AlibabaCloud:Identity:AccessKeySecret", TestBroker.KeySecret),
            // The checks ask with keys and URLs that are dead.
            new("Limits:RefusalsPerSecond", "1000000"), new("Limits:RefusalBurst", "1000000"),
        ]);
        await live(life);
        _before = life;
    }

    async Task WriteAndKillAsync(Life life, IWriter[] writers, Random random)
    {
        var enough = life.AcknowledgedAsync(random.Next(FewestChanges, MostChanges));
        var writing = Task.WhenAll(writers.Select(writer => WriteAsync(life, writer)));
        await Task.WhenAny(enough, writing);
        var (since, pause) = (TimeProvider.System.GetTimestamp(), TimeSpan.FromMicroseconds(random.Next(LongestPauseMicroseconds)));
        while (TimeProvider.System.GetElapsedTime(since) < pause) await Task.Yield();
        await life.KillAsync();
        await writing;
        _acknowledged += life.Acknowledged.Count;
        _inDoubt += life.Unacknowledged.Count;
        using var verdict = new StringWriter();
        Assert.True(await AuditVerify.RunAsync([$"--DataDirectory={_data}"], verdict, default) == AuditVerify.Fine, verdict.ToString());
    }

    static async Task WriteAsync(Life life, IWriter writer)
    {
        try
        {
            while (true) await writer.ChangeAsync(life);
        }
        catch (UnacknowledgedException) { }
    }

    /// <summary>Each change that the life before acknowledged has one entry, no other has two, and each kill has left its mark.</summary>
    async Task CheckAuditAsync(Life life, int killed)
    {
        var before = _before!;
        var entries = (await life.ListAsync($"/v1/audit?outcome=success&from={before.Began:yyyy-MM-ddTHH:mm:ssZ}")).ToLookup(e => e.GetProperty("traceId").GetString() ?? "");
        foreach (var (trace, action) in before.Acknowledged) Assert.Equal((trace, action), (trace, string.Join(' ', entries[trace].Select(e => e.GetProperty("action").GetString()))));
        foreach (var (trace, _) in before.Unacknowledged) Assert.InRange(entries[trace].Count(), 0, 1);
        _entries += before.Acknowledged.Count;
        await life.ChangeAsync("PutRole", HttpMethod.Put, TestBroker.RolePath(Shared, "after-kill"), new { storage = "main", access = new[] { "read" } });
        Assert.Equal(killed, (await life.ListAsync("/v1/audit?action=audit.gap")).Count);
    }
}
