using Broker.Grains.Warmth;

namespace Broker.Tests.Grains.Warmth;

public class WarmShardsTests
{
    /// <summary>What an earlier version has stored must be found by every later one.</summary>
    [Theory]
    [InlineData("acme", "uploads", "w/7")]
    [InlineData("acme", "reports", "w/5")]
    [InlineData("demo", "uploads", "w/0")]
    [InlineData("tenant-1", "role-1", "w/6")]
    [InlineData("shop", "thumbnails", "w/4")]
    [InlineData("shop", "invoices", "w/7")]
    [InlineData("lab", "raw", "w/6")]
    public void The_shard_of_a_role_never_changes(string tenant, string role, string shard) => Assert.Equal(shard, WarmShards.KeyOf(new(tenant, role)));

    [Fact]
    public void The_roles_spread_over_all_shards()
    {
        var counts = Enumerable.Range(0, 8000).Select(i => WarmShards.KeyOf(new($"tenant-{i % 20}", $"role-{i}"))).CountBy(shard => shard).ToDictionary();
        Assert.Equal(Enumerable.Range(0, WarmShards.Count).Select(i => $"w/{i}"), counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }
}
