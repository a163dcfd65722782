using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>One broker for all tests of a class: those that only ask, and those that change only what is their own.</summary>
public class SharedBroker : IAsyncLifetime
{
    int _tenants;

    internal TestBroker Broker { get; private set; } = null!;

    /// <summary>The name of a tenant that no other test has.</summary>
    internal string NewTenant() => $"tenant-{Interlocked.Increment(ref _tenants)}";

    public virtual async Task InitializeAsync() => Broker = await StartAsync();

    private protected virtual Task<TestBroker> StartAsync() => TestBroker.StartAsync();

    public virtual async Task DisposeAsync() => await Broker.DisposeAsync();
}

/// <summary>The same on a clock that the tests put forward, each by as much as it needs.</summary>
public sealed class SharedBrokerOnClock : SharedBroker
{
    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    private protected override Task<TestBroker> StartAsync() => TestBroker.StartAsync(clock: Clock);
}
