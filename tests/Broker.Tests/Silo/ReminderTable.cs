using Broker.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Broker.Tests.Silo;

/// <summary>What Orleans asks of its table of reminders, whichever database it is in.</summary>
static class ReminderTable
{
    static readonly DateTime Moment = new(2026, 11, 24, 10, 0, 0, DateTimeKind.Utc);

    public static async Task DemandRangesAsync(TestBroker broker)
    {
        var table = broker.Services.GetRequiredService<IReminderTable>();
        var grains = Enumerable.Range(0, 32).Select(i => GrainId.Create("warm-shard", $"w/{i}")).ToArray();
        foreach (var grain in grains)
            Assert.NotNull(await table.UpsertRow(new() { GrainId = grain, ReminderName = "renew", StartAt = Moment, Period = TimeSpan.FromMinutes(1) }));
        uint[] ends = [0, 1, int.MaxValue, 1u << 31, uint.MaxValue, .. grains.Take(4).Select(g => g.GetUniformHashCode())];
        foreach (var begin in ends)
            foreach (var end in ends)
            {
                bool Within(uint hash) => begin < end ? begin < hash && hash <= end : begin < hash || hash <= end;
                var read = await table.ReadRows(begin, end);
                Assert.Equal(grains.Where(g => Within(g.GetUniformHashCode())).Select(g => g.ToString()).Order(), read.Reminders.Select(r => r.GrainId.ToString()).Order());
            }
        var one = Assert.Single((await table.ReadRows(grains[0])).Reminders);
        Assert.Equal((Moment, TimeSpan.FromMinutes(1), "renew"), (one.StartAt, one.Period, one.ReminderName));
    }

    public static async Task DemandVersionsAsync(TestBroker broker)
    {
        var table = broker.Services.GetRequiredService<IReminderTable>();
        var reminder = new ReminderEntry { GrainId = GrainId.Create("warm-shard", "w/0"), ReminderName = "renew", StartAt = Moment, Period = TimeSpan.FromMinutes(1) };
        var first = await table.UpsertRow(reminder);
        reminder.Period = TimeSpan.FromMinutes(2);
        var second = await table.UpsertRow(reminder);
        Assert.NotEqual(first, second);
        Assert.False(await table.RemoveRow(reminder.GrainId, "renew", first!));
        Assert.Equal(TimeSpan.FromMinutes(2), (await table.ReadRow(reminder.GrainId, "renew"))?.Period);
        Assert.True(await table.RemoveRow(reminder.GrainId, "renew", second!));
        Assert.Null(await table.ReadRow(reminder.GrainId, "renew"));
    }
}
