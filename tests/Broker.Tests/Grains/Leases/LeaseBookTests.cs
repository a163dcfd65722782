using Broker.Grains.Leases;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Grains.Leases;

/// <summary>A grain that ends what it let others answer by themselves waits until they do not, and no longer.</summary>
public sealed class LeaseBookTests
{
    readonly FakeTimeProvider _clock = new();

    sealed class Process(Task acknowledged) : ILeaseHolder
    {
        public List<(string Key, long Epoch)> Recalled { get; } = [];

        public Task Recall(string grainKey, long epoch)
        {
            Recalled.Add((grainKey, epoch));
            return acknowledged;
        }
    }

    static readonly Process Silent = new(new TaskCompletionSource().Task);

    LeaseBook Young(bool elders = false) => new("r/acme/uploads", elders, () => false, _clock);

    static Task Settled(LeaseBook book) => book.SettledAsync(default);

    async Task DemandSettledAfterAsync(LeaseBook book, double seconds)
    {
        var settled = Settled(book);
        _clock.Advance(TimeSpan.FromSeconds(seconds - 0.1));
        Assert.False(settled.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await settled;
    }

    [Fact]
    public async Task A_process_that_answers_is_waited_for_no_longer_than_that()
    {
        var (book, answer) = (Young(), new TaskCompletionSource());
        var process = new Process(answer.Task);
        book.Give(process);
        book.Recall(7);
        Assert.Equal(("r/acme/uploads", 7), Assert.Single(process.Recalled));
        Assert.False(Settled(book).IsCompleted);
        Assert.False(book.Settled);
        answer.SetResult();
        await Settled(book);
        Assert.True(book.Settled);
    }

    [Fact]
    public async Task A_silent_process_is_waited_for_until_15_s_after_its_last_request()
    {
        var book = Young();
        book.Give(Silent);
        _clock.Advance(TimeSpan.FromSeconds(10));
        book.Give(Silent);
        _clock.Advance(TimeSpan.FromSeconds(4));
        book.Recall(1);
        await DemandSettledAfterAsync(book, 11);
    }

    [Fact]
    public async Task A_process_that_cannot_be_called_is_waited_for_too()
    {
        var book = Young();
        book.Give(new Process(Task.FromException(new TimeoutException())));
        book.Recall(1);
        await DemandSettledAfterAsync(book, 15);
    }

    [Fact]
    public void Leases_that_have_ended_are_not_recalled()
    {
        var (book, process) = (Young(), new Process(Task.CompletedTask));
        book.Give(process);
        _clock.Advance(LeaseTerm.Longest);
        book.Recall(1);
        Assert.True(book.Settled);
        Assert.Empty(process.Recalled);
    }

    [Fact]
    public async Task What_an_earlier_activation_gave_ends_15_s_after_this_one_began()
    {
        var book = Young(elders: true);
        _clock.Advance(TimeSpan.FromSeconds(5));
        book.Recall(1);
        await DemandSettledAfterAsync(book, 10);
        book.Recall(2);
        Assert.True(book.Settled);
    }

    [Fact]
    public void Where_nothing_was_before_nothing_is_waited_for()
    {
        var book = Young();
        book.Recall(1);
        Assert.True(book.Settled);
    }

    [Fact]
    public void A_lease_that_is_given_after_a_recall_is_another_one()
    {
        var (book, process) = (Young(), new Process(Task.CompletedTask));
        book.Give(process);
        book.Recall(1);
        book.Give(process);
        book.Recall(2);
        Assert.Equal([1, 2], process.Recalled.Select(r => r.Epoch));
    }
}
