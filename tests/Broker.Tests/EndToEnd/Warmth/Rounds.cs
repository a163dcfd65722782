using System.Collections.Concurrent;
using Broker.Grains.Warmth;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Reminders.Diagnostics;
using Orleans.Runtime;

namespace Broker.Tests.EndToEnd.Warmth;

/// <summary>What the shards of a silo do: which wait for their next tick, and how many rounds have ended.</summary>
sealed class Rounds : IIncomingGrainCallFilter, IOutgoingGrainCallFilter, IObserver<ReminderEvents.ReminderEvent>, IDisposable
{
    readonly ConcurrentDictionary<(SiloAddress, GrainId), bool> _waiting = new();
    readonly IDisposable _subscription;
    Func<Task>? _onRefusal, _onEntry;
    int _ended;

    public Rounds() => _subscription = ReminderEvents.AllEvents.Subscribe(this);

    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Happens once, after a role has said that it is not to be kept warm and before its shard hears of it.</summary>
    public void OnRefusal(Func<Task> happens) => _onRefusal = happens;

    /// <summary>Happens once, after a shard has entered a role and before the role hears of it.</summary>
    public void OnEntry(Func<Task> happens) => _onEntry = happens;

    /// <summary>How many shards of this silo wait for the clock. One that does not yet would miss its next minute.</summary>
    public int WaitingOf(IServiceProvider silo)
    {
        var address = silo.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        return _waiting.Count(shard => shard.Key.Item1.Equals(address) && shard.Value);
    }

    /// <summary>A round ends with the answer to the call that strikes what it has found not to be kept warm.</summary>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        await context.Invoke();
        if (context.MethodName == nameof(IWarmShardGrain.Strike)) Interlocked.Increment(ref _ended);
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context is { MethodName: nameof(IWarmRoleGrain.KeepWarm), Result: false } && Interlocked.Exchange(ref _onRefusal, null) is { } onRefusal) await onRefusal();
        if (context is { Grain: WarmShardGrain, MethodName: nameof(IWarmShardGrain.Enter) } && Interlocked.Exchange(ref _onEntry, null) is { } onEntry) await onEntry();
    }

    public void OnNext(ReminderEvents.ReminderEvent value)
    {
        if (value is ReminderEvents.LocalReminderTickWaitArmed) _waiting[(value.SiloAddress!, value.GrainId)] = true;
        if (value is ReminderEvents.TickFiring) _waiting[(value.SiloAddress!, value.GrainId)] = false;
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    public void Dispose() => _subscription.Dispose();
}
