using System.Security.Cryptography;
using System.Text;

namespace Broker.Grains.Warmth;

/// <summary>Which shard keeps a role warm. What is stored depends on it: the answer for a role never changes.</summary>
static class WarmShards
{
    public const int Count = 8;

    /// <summary>The key of the role's shard.</summary>
    // A byte is a multiple of the count, so the shards are equally likely.
    public static string KeyOf(RoleKey role) => $"w/{SHA256.HashData(Encoding.UTF8.GetBytes(role.ToString()))[0] % Count}";

    /// <summary>The shard that keeps the role warm.</summary>
    public static IWarmShardGrain WarmShard(this IGrainFactory grains, RoleKey role) => grains.GetGrain<IWarmShardGrain>(KeyOf(role));
}
