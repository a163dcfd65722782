using System.Runtime.CompilerServices;
using Broker.Grains.Roles;
using Broker.Tests.EndToEnd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Grains.Roles;

/// <summary>Each role of a silo is renewed when it is due, by one timer for all.</summary>
public sealed class RefreshTimerTests : IDisposable
{
    static readonly DateTimeOffset Start = new(2026, 12, 1, 10, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _clock = new(Start);
    readonly Turns _turns = new();
    readonly List<string> _begun = [];
    readonly RefreshTimer _timer;

    public RefreshTimerTests() => _timer = new(_clock, NullLogger<DueRefresh>.Instance);

    public void Dispose() => _timer.Dispose();

    /// <summary>Those of an activation: one after the other, and only when this test says so.</summary>
    sealed class Turns : TaskScheduler
    {
        readonly Queue<Task> _waiting = [];

        public void RunAll()
        {
            while (_waiting.TryDequeue(out var turn)) TryExecuteTask(turn);
        }

        protected override void QueueTask(Task task) => _waiting.Enqueue(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => _waiting;
    }

    DueRefresh Role(string name) => Role(_timer, () =>
    {
        Assert.Same(_turns, TaskScheduler.Current);
        _begun.Add(name);
        return Task.CompletedTask;
    });

    DueRefresh Role(RefreshTimer timer, Func<Task> refresh)
    {
        DueRefresh? role = null;
        new Task(() => role = timer.Register(refresh)).Start(_turns);
        _turns.RunAll();
        return role!;
    }

    string[] BegunAfter(double seconds)
    {
        _clock.Advance(Start.AddSeconds(seconds) - _clock.GetUtcNow());
        _turns.RunAll();
        string[] begun = [.. _begun];
        _begun.Clear();
        return begun;
    }

    [Fact]
    public void Each_begins_when_it_is_due_and_once()
    {
        Role("late").Arm(Start.AddSeconds(30));
        Role("soon").Arm(Start.AddSeconds(10));
        Role("soon too").Arm(Start.AddSeconds(20));
        Assert.Equal([], BegunAfter(9.9));
        Assert.Equal(["soon"], BegunAfter(10));
        Assert.Equal(["soon too", "late"], BegunAfter(60).Order().Reverse());
        Assert.Equal([], BegunAfter(100_000));
    }

    [Fact]
    public void Only_the_last_moment_that_it_was_armed_for_counts()
    {
        var (sooner, later, never) = (Role("sooner"), Role("later"), Role("never"));
        foreach (var role in (DueRefresh[])[sooner, later, never]) role.Arm(Start.AddSeconds(20));
        sooner.Arm(Start.AddSeconds(10));
        later.Arm(Start.AddSeconds(30));
        never.Arm(null);
        Assert.Equal(["sooner"], BegunAfter(10));
        Assert.Equal([], BegunAfter(29));
        Assert.Equal(["later"], BegunAfter(30));
        later.Arm(Start.AddSeconds(20));
        Assert.Equal(["later"], BegunAfter(30));
    }

    [Fact]
    public void It_may_be_further_away_than_any_timer_reaches()
    {
        Role("far").Arm(Start.AddDays(100));
        Assert.Equal([], BegunAfter(99 * 86_400));
        Assert.Equal(["far"], BegunAfter(100 * 86_400));
    }

    [Fact]
    public void One_whose_activation_has_ended_begins_nothing_even_when_its_turn_is_due_already()
    {
        var role = Role("ended");
        role.Arm(Start.AddSeconds(10));
        _clock.Advance(TimeSpan.FromSeconds(10));
        role.End();
        Assert.Equal([], BegunAfter(11));
    }

    [Fact]
    public void One_whose_activation_has_ended_keeps_nothing_of_it_in_memory_however_far_it_was_armed()
    {
        var ended = EndedActivation();
        GC.Collect();
        Assert.False(ended.IsAlive);
        Assert.Equal([], BegunAfter(7200));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    WeakReference EndedActivation()
    {
        var activation = new object();
        var role = Role(_timer, () => Task.FromResult(activation));
        role.Arm(Start.AddHours(1));
        role.End();
        // What was under way when it ended may tell it of a renewal to come.
        role.Arm(Start.AddHours(1));
        return new(activation);
    }

    [Fact]
    public void One_that_fails_is_logged_and_holds_up_no_other()
    {
        using var log = new CapturedLog();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var timer = new RefreshTimer(_clock, logs.CreateLogger<DueRefresh>());
        Role(timer, () => throw new InvalidOperationException("broken")).Arm(Start.AddSeconds(10));
        Role(timer, () =>
        {
            _begun.Add("other");
            return Task.CompletedTask;
        }).Arm(Start.AddSeconds(10));
        Assert.Equal(["other"], BegunAfter(10));
        Assert.Contains(log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("broken", StringComparison.Ordinal));
    }
}
