using System.Net;
using Broker.Tests.EndToEnd;
using Broker.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService;

namespace Broker.Tests.Silo.Postgres;

/// <summary>What Orleans asks of its tables of silos and reminders, as the user that silos run as.</summary>
public sealed class PostgresClusterTests : IAsyncLifetime
{
    static readonly DateTime Moment = new(2026, 11, 24, 10, 0, 0, DateTimeKind.Utc);

    TestBroker _broker = null!;

    public async Task InitializeAsync() => _broker = await TestBroker.StartAsync(onPostgres: true);

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    /// <summary>Of another cluster in the same database, so that the broker's own goes on undisturbed.</summary>
    async Task<IMembershipTable> OpenMembershipAsync()
    {
        var table = ActivatorUtilities.CreateInstance<AdoNetClusteringTable>(_broker.Services, Options.Create(new ClusterOptions { ClusterId = "another", ServiceId = "broker" }));
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true);
        return table;
    }

    static MembershipEntry Silo(int port, SiloStatus status = SiloStatus.Active) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), 1), SiloName = $"silo-{port}", HostName = "host", Status = status,
        ProxyPort = port + 1, StartTime = Moment, IAmAliveTime = Moment,
    };

    [PostgresFact]
    public async Task Of_silos_that_change_one_version_of_the_table_one_does_and_the_others_change_nothing()
    {
        var table = await OpenMembershipAsync();
        for (var round = 1; round <= 5; round++)
        {
            var version = (await table.ReadAllAsync()).Version;
            var entered = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => table.InsertRowAsync(Silo((round * 100) + i), version.Next())));
            Assert.Single(entered, e => e);
            var after = await table.ReadAllAsync();
            Assert.Equal((round, round), (after.Members.Count, after.Version.Version));
        }
        var before = await table.ReadAllAsync();
        Assert.False(await table.InsertRowAsync(before.Members[0].Item1, before.Version.Next()));
        Assert.False(await table.UpdateRowAsync(Silo(9999, SiloStatus.Dead), before.Members[0].Item2, before.Version.Next()));
        Assert.Equal(before.Version.Version, (await table.ReadAllAsync()).Version.Version);
    }

    [PostgresFact]
    public async Task A_silo_s_row_is_read_as_it_was_written_changed_under_its_version_and_removed_when_defunct()
    {
        var table = await OpenMembershipAsync();
        var silo = Silo(100);
        Assert.True(await table.InsertRowAsync(silo, (await table.ReadAllAsync()).Version.Next()));
        var (read, etag) = Assert.Single((await table.ReadRowAsync(silo.SiloAddress)).Members);
        Assert.Equal((silo.SiloAddress, "silo-100", "host", SiloStatus.Active, 101, Moment, Moment), (read.SiloAddress, read.SiloName, read.HostName, read.Status, read.ProxyPort, read.StartTime, read.IAmAliveTime));
        Assert.Empty((await table.ReadRowAsync(Silo(200).SiloAddress)).Members);

        read.AddSuspector(Silo(300).SiloAddress, Moment);
        read.Status = SiloStatus.Dead;
        var version = (await table.ReadAllAsync()).Version;
        Assert.True(await table.UpdateRowAsync(read, etag, version.Next()));
        Assert.False(await table.UpdateRowAsync(read, etag, version.Next()));
        var dead = Assert.Single((await table.ReadAllAsync()).Members).Item1;
        Assert.Equal((SiloStatus.Dead, Silo(300).SiloAddress), (dead.Status, Assert.Single(dead.SuspectTimes!).Item1));

        dead.IAmAliveTime = Moment.AddHours(1);
        await table.UpdateIAmAliveAsync(dead);
        await table.CleanupDefunctSiloEntriesAsync(Moment.AddMinutes(30));
        Assert.Equal(Moment.AddHours(1), Assert.Single((await table.ReadAllAsync()).Members).Item1.IAmAliveTime);
        await table.CleanupDefunctSiloEntriesAsync(Moment.AddHours(2));
        Assert.Empty((await table.ReadAllAsync()).Members);
    }

    [PostgresFact]
    public Task Reminders_are_found_by_grain_and_by_every_range_of_hashes() => ReminderTable.DemandRangesAsync(_broker);

    [PostgresFact]
    public Task A_reminder_is_removed_only_as_it_was_known() => ReminderTable.DemandVersionsAsync(_broker);
}
