using System.Diagnostics.Metrics;
using Broker.Grains.Minting;
using Broker.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.Grains.Minting;

public class IssuedLogTests
{
    sealed class Table : IIssuedStore
    {
        public bool Away { get; set; }
        public List<IssuedCredential> Rows { get; } = [];

        public Task AppendAsync(IssuedCredential issued, CancellationToken cancellationToken)
        {
            if (Away) return Task.FromException(new IOException("the disk is away"));
            Rows.Add(issued);
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<Exposure>> ReadAliveAsync(string tenant, string? role, DateTimeOffset moment, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Exposure>>([.. Rows.Select(r => new Exposure(r.Role.Role, r.AccessKeyId, r.Expiration, r.Prefix))]);

        public Task RemoveEndedBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken)
        {
            Rows.RemoveAll(r => r.Expiration < moment);
            return Task.CompletedTask;
        }
    }

    static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    readonly Table _table = new();
    readonly FakeTimeProvider _clock = new();

    IssuedCredential Row(string id) => new(new("acme", "uploads"), id, _clock.GetUtcNow(), _clock.GetUtcNow().AddHours(1), 1, "acme/");

    IssuedLog NewLog() => new(_table, new(new(), new(Meters, _clock), _clock, NullLogger<StorageGuard>.Instance), _clock, NullLogger<IssuedLog>.Instance);

    [Fact]
    public async Task What_lives_is_told_whether_it_is_written_yet_or_not_and_each_once()
    {
        using var log = NewLog();
        await log.RecordAsync(Row("STS.1"), default);
        _table.Away = true;
        await log.RecordAsync(Row("STS.2"), default);
        await log.RecordAsync(Row("STS.1"), default);
        Assert.Equal(["STS.1", "STS.2"], (await log.ReadAliveAsync("acme", null, default)).Select(e => e.AccessKeyId).Order());
    }

    [Fact]
    public async Task What_the_storage_refuses_is_kept_and_written_in_order_when_it_is_back()
    {
        using var log = NewLog();
        _table.Away = true;
        await log.RecordAsync(Row("STS.1"), default);
        await log.RecordAsync(Row("STS.2"), default);
        Assert.Equal(2, log.Waiting);
        await Assert.ThrowsAsync<IOException>(() => log.WriteKeptAsync(default));
        Assert.Equal(2, log.Waiting);

        _table.Away = false;
        await log.WriteKeptAsync(default);
        Assert.Equal(["STS.1", "STS.2"], _table.Rows.Select(r => r.AccessKeyId));
        Assert.Equal(0, log.Waiting);
    }
}
