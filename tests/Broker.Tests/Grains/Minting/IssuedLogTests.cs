using Broker.Grains.Minting;
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

        public Task RemoveEndedBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken)
        {
            Rows.RemoveAll(r => r.Expiration < moment);
            return Task.CompletedTask;
        }
    }

    readonly Table _table = new();
    readonly FakeTimeProvider _clock = new();

    IssuedCredential Row(string id) => new(new("acme", "uploads"), id, _clock.GetUtcNow(), _clock.GetUtcNow().AddHours(1), 1, "acme/");

    [Fact]
    public async Task What_the_storage_refuses_is_kept_and_written_in_order_when_it_is_back()
    {
        using var log = new IssuedLog(_table, _clock, NullLogger<IssuedLog>.Instance);
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
