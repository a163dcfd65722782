using Broker.Grains.Credentials;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Grains.Credentials;

/// <summary>A cache with a fake clock, run turn by turn on an exclusive scheduler, as a grain runs it.</summary>
sealed class CacheFixture
{
    readonly double _random;
    readonly TaskFactory _turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);

    public CacheFixture(string key = "r/demo/uploads", TimeSpan promisedLife = default, double random = 0.5)
    {
        Source = new ScriptedSource(Clock);
        Schedule = new RefreshSchedule(key, promisedLife);
        _random = random;
        Cache = NewCache();
    }

    /// <summary>The process ends and another begins, with what was stored.</summary>
    public Task Restart() => Turn(() =>
    {
        var stored = Cache.Snapshot;
        Cache = NewCache();
        if (stored is not null) Cache.Restore(stored);
    });

    CredentialCache NewCache() => new(Schedule, Source, Clock, () => _random, () => Changes++);

    public static readonly DateTimeOffset Start = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Clock { get; } = new(Start);
    public ScriptedSource Source { get; }
    public RefreshSchedule Schedule { get; }
    public CredentialCache Cache { get; private set; }
    public int Changes { get; private set; }

    public Task<T> Turn<T>(Func<Task<T>> turn) => _turns.StartNew(turn).Unwrap();
    public Task Turn(Func<Task> turn) => _turns.StartNew(turn).Unwrap();
    public Task Turn(Action turn) => _turns.StartNew(turn);

    public Task<CredentialSnapshot> Get(TimeSpan minRemaining = default, CancellationToken cancellationToken = default) =>
        Turn(() => Cache.GetAsync(minRemaining, cancellationToken).AsTask());

    /// <summary>Begins a read and returns once it waits or has ended.</summary>
    public async Task<Task<CredentialSnapshot>> BeginGet(TimeSpan minRemaining = default, CancellationToken cancellationToken = default)
    {
        Task<CredentialSnapshot>? read = null;
        await Turn(() => { read = Cache.GetAsync(minRemaining, cancellationToken).AsTask(); });
        return read!;
    }

    public Task Tick() => Turn(Cache.RefreshIfDueAsync);

    /// <summary>Lets every turn that is ready run.</summary>
    public async Task Settle()
    {
        while (Cache.Refreshing) await Turn(async () => await Task.Yield());
    }

    /// <summary>Moves the clock to just after the advisory refresh of the present snapshot.</summary>
    public void AdvanceToAdvisory() => Clock.SetUtcNow(Schedule.AdvisoryRefreshAt(Cache.Snapshot!) + TimeSpan.FromSeconds(1));

    public static BrokerException Fail(string code, TimeSpan? retryAfter = null) => new(code, "by script") { RetryAfter = retryAfter };
}
