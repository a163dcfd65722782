using Broker.Tests.EndToEnd;

namespace Broker.Tests.Silo;

/// <summary>Reminders on a single machine, in its SQLite database.</summary>
public sealed class SqliteReminderTests
{
    [Fact]
    public async Task Reminders_are_found_by_grain_and_by_every_range_of_hashes()
    {
        await using var broker = await TestBroker.StartAsync(onPostgres: false);
        await ReminderTable.DemandRangesAsync(broker);
    }

    [Fact]
    public async Task A_reminder_is_removed_only_as_it_was_known()
    {
        await using var broker = await TestBroker.StartAsync(onPostgres: false);
        await ReminderTable.DemandVersionsAsync(broker);
    }

    [Fact]
    public async Task A_database_of_a_version_without_reminders_has_them_after_a_start()
    {
        string data;
        await using (var broker = await TestBroker.StartAsync(onPostgres: false))
        {
            data = broker.Data;
            await broker.PutTenantAsync("acme");
            await broker.SqlAsync("DROP TABLE OrleansRemindersTable; DELETE FROM OrleansQuery WHERE QueryKey LIKE '%Remind%' OR QueryKey LIKE 'ReadRange%'");
        }
        await using var again = await TestBroker.StartAsync(data, onPostgres: false);
        await ReminderTable.DemandVersionsAsync(again);
        Assert.Equal(200, (await again.GetAsync("/v1/tenants/acme")).Status);
    }
}
