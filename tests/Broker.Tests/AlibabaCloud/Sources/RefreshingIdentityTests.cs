using Broker.AlibabaCloud.Sources;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.AlibabaCloud.Sources;

/// <summary>When a key is read again, and what is served meanwhile.</summary>
public sealed class RefreshingIdentityTests
{
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    readonly Source _source = new();
    readonly RefreshingIdentity _identity;
    readonly List<SourceIdentityException?> _told = [];

    public RefreshingIdentityTests()
    {
        _identity = new(_source, _clock);
        _identity.Read += _told.Add;
    }

    /// <summary>A place of which a test says what is there, and when it answers.</summary>
    sealed class Source : IIdentitySource
    {
        public string Name => "a place";

        public Func<Task<SourceIdentity>> Next { get; set; } = () => throw new SourceIdentityException("nothing");

        public int Readings { get; private set; }

        public Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
        {
            Readings++;
            return Next();
        }
    }

    SourceIdentity Key(string id, double? seconds = null) => new(id, "secret", seconds is null ? null : "token", seconds is { } life ? _clock.GetUtcNow().AddSeconds(life) : null);

    void Put(SourceIdentity identity) => _source.Next = () => Task.FromResult(identity);

    async Task<string> GetAsync() => (await _identity.GetAsync(default)).AccessKeyId;

    /// <summary>After the reading in the background that the last call has begun.</summary>
    async Task ReadAsync(int readings)
    {
        while (_told.Count < readings) await Task.Yield();
    }

    [Fact]
    public async Task A_key_without_an_end_is_read_again_while_it_is_used_and_its_place_taken_by_another()
    {
        Put(Key("first"));
        Assert.Equal("first", await GetAsync());
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(("first", 1), (await GetAsync(), _source.Readings));
        Put(Key("second"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("first", await GetAsync());
        await ReadAsync(2);
        Assert.Equal("second", await GetAsync());
    }

    [Fact]
    public async Task A_session_is_renewed_when_a_third_of_its_life_is_left_without_anybody_waiting()
    {
        Put(Key("first", 3600));
        await GetAsync();
        _clock.Advance(TimeSpan.FromSeconds(2399));
        Assert.Equal(("first", 1), (await GetAsync(), _source.Readings));
        Put(Key("second", 3600));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("first", await GetAsync());
        await ReadAsync(2);
        Assert.Equal("second", await GetAsync());
    }

    [Fact]
    public async Task Callers_share_one_reading_and_who_leaves_does_not_end_it()
    {
        var answer = new TaskCompletionSource<SourceIdentity>();
        _source.Next = () => answer.Task;
        using var leaving = new CancellationTokenSource();
        var left = _identity.GetAsync(leaving.Token).AsTask();
        var waiting = Enumerable.Range(0, 100).Select(_ => GetAsync()).ToArray();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        answer.SetResult(Key("one"));
        Assert.All(await Task.WhenAll(waiting), id => Assert.Equal("one", id));
        Assert.Equal(1, _source.Readings);
    }

    [Fact]
    public async Task A_source_that_fails_leaves_the_last_key_in_place_for_its_life_and_is_not_asked_all_the_time()
    {
        Put(Key("first", 900));
        await GetAsync();
        _source.Next = () => Task.FromException<SourceIdentity>(new SourceIdentityException("gone"));
        _clock.Advance(TimeSpan.FromSeconds(800));
        Assert.Equal("first", await GetAsync());
        await ReadAsync(2);
        Assert.Equal("gone", _told[^1]?.Message);
        for (var i = 0; i < 10; i++) Assert.Equal("first", await GetAsync());
        Assert.Equal(2, _source.Readings);
        _clock.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal("first", await GetAsync());
        _clock.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAsync<SourceIdentityException>(GetAsync);
        Put(Key("second", 900));
        _clock.Advance(RefreshingIdentity.Reread);
        Assert.Equal("second", await GetAsync());
    }

    [Fact]
    public async Task A_source_that_breaks_is_one_that_fails()
    {
        _source.Next = () => throw new InvalidOperationException("planted-marker");
        var failure = await Assert.ThrowsAsync<SourceIdentityException>(GetAsync);
        Assert.Equal("a place has failed: InvalidOperationException.", failure.Message);
        Assert.Same(failure, _told.Single());
    }

    [Fact]
    public async Task A_key_that_has_ended_is_none()
    {
        Put(Key("late", -1));
        Assert.Contains("ended at 2026-11-23T23:59:59Z", (await Assert.ThrowsAsync<SourceIdentityException>(GetAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_STS_refuses_a_key_the_one_in_its_place_is_had_at_once()
    {
        Put(Key("first"));
        var refused = await _identity.GetAsync(default);
        Assert.Null(await _identity.ReplaceAsync(refused, default));
        Put(Key("second"));
        Assert.Equal("second", (await _identity.ReplaceAsync(refused, default))?.AccessKeyId);
        Assert.Equal("second", await GetAsync());
        Assert.Equal(3, _source.Readings);
        Assert.Equal("second", (await _identity.ReplaceAsync(refused, default))?.AccessKeyId);
        Assert.Equal(3, _source.Readings);
    }

    [Fact]
    public async Task A_key_of_which_only_the_secret_was_the_old_one_is_read_again()
    {
        Put(Key("new"));
        var half = await _identity.GetAsync(default);
        Put(half with { AccessKeySecret = "new secret" });
        Assert.Equal("new secret", (await _identity.ReplaceAsync(half, default))?.AccessKeySecret);
    }
}
