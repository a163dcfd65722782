using Orleans.Concurrency;

namespace Broker.Grains.Warmth;

/// <summary>A part of the roles that are kept warm; its key is of <see cref="WarmShards"/>.</summary>
[Alias("Broker.IWarmShardGrain")]
interface IWarmShardGrain : IGrainWithStringKey
{
    /// <summary>Enters a role, before it is one that is kept warm. From here on it is asked at each tick.</summary>
    [Alias("Enter")]
    Task Enter(RoleKey role);

    /// <summary>Strikes the roles that the last round has found not to be kept warm, and that were not entered since.</summary>
    [Alias("Strike")]
    Task Strike();
}

/// <summary>What a role's grain answers the shard that keeps it warm; its key is the role's.</summary>
[Alias("Broker.IWarmRoleGrain")]
interface IWarmRoleGrain : IGrainWithStringKey
{
    /// <summary>Has usable credentials when this returns, or has tried in vain. False: it is not, or no longer, to be kept warm.</summary>
    [Alias("KeepWarm"), AlwaysInterleave]
    Task<bool> KeepWarm();
}
