using Broker.Grains.Warmth;
using Orleans;

namespace Broker.Tests.EndToEnd.Warmth;

/// <summary>Counts the rounds that shards have ended: with the call that strikes what they have found not to be kept warm.</summary>
sealed class Rounds : IIncomingGrainCallFilter
{
    int _ended;

    public int Ended => Volatile.Read(ref _ended);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context is { Grain: WarmShardGrain, MethodName: nameof(IWarmShardGrain.Strike) }) Interlocked.Increment(ref _ended);
    }
}
