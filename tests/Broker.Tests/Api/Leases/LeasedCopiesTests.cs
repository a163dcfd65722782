using System.Diagnostics.CodeAnalysis;
using Broker.Api.Leases;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Api.Leases;

/// <summary>A process answers by its copies for just as long as it may, and never with one that was called back.</summary>
[SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once, later.")]
public sealed class LeasedCopiesTests
{
    const string Key = "uploads";

    readonly FakeTimeProvider _clock = new();
    readonly Queue<Func<long, Task<Leased<string>?>>> _answers = new();
    readonly LeasedCopies<string, int, string> _copies;
    int _asks;
    long _toldServed;

    public LeasedCopiesTests() => _copies = new((_, _, served, _) =>
    {
        Interlocked.Increment(ref _asks);
        Interlocked.Add(ref _toldServed, served);
        return _answers.Count > 0 ? _answers.Dequeue()(served) : throw new TimeoutException("unreachable");
    }, (copy, shortest) => copy.Length >= shortest, _clock);

    static Task<Leased<string>?> Of(string value, long epoch = 1) => Task.FromResult<Leased<string>?>(new(value, epoch));

    void Next(string value, long epoch = 1) => _answers.Enqueue(_ => Of(value, epoch));

    void Next(Exception failure) => _answers.Enqueue(_ => Task.FromException<Leased<string>?>(failure));

    Task<string?> GetAsync(int shortest = 0) => _copies.GetAsync(Key, shortest, default).AsTask();

    void Pass(double seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    async Task AskedAsync(int times)
    {
        while (Volatile.Read(ref _asks) < times) await Task.Yield();
    }

    [Fact]
    public async Task The_copy_answers_for_5_s_from_when_the_grain_was_asked()
    {
        var slow = new TaskCompletionSource<Leased<string>?>();
        _answers.Enqueue(_ => slow.Task);
        var first = GetAsync();
        Pass(2);
        slow.SetResult(new("a", 1));
        Assert.Equal("a", await first);
        Assert.Equal("a", await GetAsync());
        Assert.Equal(1, _asks);
        Next("b");
        Pass(3);
        Assert.Equal("b", await GetAsync());
        Assert.Equal(2, _asks);
    }

    [Fact]
    public async Task A_copy_in_use_is_renewed_ahead_of_its_end_and_tells_how_often_it_served()
    {
        Next("a");
        await GetAsync();
        for (var i = 0; i < 3; i++) Assert.Equal("a", await GetAsync());
        Next("b");
        Pass(2.6);
        Assert.Equal("a", await GetAsync());
        await AskedAsync(2);
        while (await GetAsync() != "b") await Task.Yield();
        Assert.True(_toldServed >= 4);
    }

    [Fact]
    public async Task While_the_grain_is_not_reached_the_copy_answers_for_15_s_and_no_longer()
    {
        Next("a");
        await GetAsync();
        foreach (var seconds in (double[])[4.9, 0.2, 5, 4.8])
        {
            Pass(seconds);
            Assert.Equal("a", await GetAsync());
        }
        Pass(0.2);
        await Assert.ThrowsAsync<TimeoutException>(() => GetAsync());
    }

    [Fact]
    public async Task A_grain_that_does_not_answer_is_waited_for_a_second_by_those_who_come_first()
    {
        Next("a");
        await GetAsync();
        Pass(5);
        var never = new TaskCompletionSource<Leased<string>?>();
        _answers.Enqueue(_ => never.Task);
        var waiting = GetAsync();
        await AskedAsync(2);
        Assert.False(waiting.IsCompleted);
        Pass(1.1);
        Assert.Equal("a", await waiting);
        Assert.Equal("a", await GetAsync());
        Pass(8.8);
        Assert.Equal("a", await GetAsync());
        Pass(0.2);
        await Assert.ThrowsAsync<TimeoutException>(() => GetAsync());
    }

    [Fact]
    public async Task What_the_grain_refuses_ends_the_copy_and_is_said_to_the_caller()
    {
        Next("a");
        await GetAsync();
        Pass(5);
        Next(new BrokerException(ErrorCode.RoleDisabled, "It is disabled."));
        Next(new BrokerException(ErrorCode.RoleDisabled, "It is disabled."));
        Assert.Equal(ErrorCode.RoleDisabled, (await Assert.ThrowsAsync<BrokerException>(() => GetAsync())).Code);
        await Assert.ThrowsAsync<TimeoutException>(() => GetAsync());
    }

    [Fact]
    public async Task A_recall_ends_the_copy_and_an_answer_of_before_that_is_still_on_its_way()
    {
        Next("old");
        await GetAsync();
        _copies.Recall(Key, 2);
        var late = new TaskCompletionSource<Leased<string>?>();
        _answers.Enqueue(_ => late.Task);
        Next("new", epoch: 3);
        var waiting = GetAsync();
        _copies.Recall(Key, 3);
        late.SetResult(new("old", 2));
        Assert.Equal("new", await waiting);
    }

    [Fact]
    public async Task An_answer_of_a_lower_epoch_than_the_copy_s_is_no_answer()
    {
        Next("new", epoch: 5);
        await GetAsync();
        Next("old", epoch: 4);
        Next("newer", epoch: 6);
        Assert.Equal("newer", await GetAsync(shortest: 5));
        Assert.Equal(3, _asks);
    }

    [Fact]
    public async Task A_grain_that_only_answers_of_lower_epochs_is_unavailable()
    {
        Next("new", epoch: 5);
        await GetAsync();
        _copies.Recall(Key, 6);
        for (var i = 0; i < 3; i++) Next("old", epoch: 5);
        Assert.Equal(ErrorCode.Unavailable, (await Assert.ThrowsAsync<BrokerException>(() => GetAsync())).Code);
    }

    [Fact]
    public async Task A_copy_that_does_not_serve_the_caller_is_asked_for_anew_and_stays_when_that_fails()
    {
        Next("short");
        await GetAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => GetAsync(shortest: 100));
        Assert.Equal("short", await GetAsync());
    }

    [Fact]
    public async Task What_does_not_exist_is_asked_for_each_time()
    {
        _answers.Enqueue(_ => Task.FromResult<Leased<string>?>(null));
        Assert.Null(await GetAsync());
        Next("a");
        Assert.Equal("a", await GetAsync());
    }

    [Fact]
    public async Task A_caller_that_goes_ends_its_own_wait_only()
    {
        Next("a");
        await GetAsync();
        Pass(5);
        var late = new TaskCompletionSource<Leased<string>?>();
        _answers.Enqueue(_ => late.Task);
        using var gone = new CancellationTokenSource();
        var impatient = _copies.GetAsync(Key, 0, gone.Token).AsTask();
        var patient = GetAsync();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        late.SetResult(new("b", 1));
        Assert.Equal("b", await patient);
    }
}
