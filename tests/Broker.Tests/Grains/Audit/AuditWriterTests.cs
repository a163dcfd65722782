using Broker.Grains.Audit;

namespace Broker.Tests.Grains.Audit;

/// <summary>Group commit, and what happens to a chain when its writer, its store or its keys change.</summary>
public sealed class AuditWriterTests
{
    [Fact]
    public async Task What_comes_while_a_transaction_runs_is_in_the_next_one_together()
    {
        await using var audit = await AuditFixture.StartAsync();
        var store = new GatedStore(audit.Store);
        var writer = audit.NewWriter(store: store);
        var first = audit.AppendAsync(writer, audit.Vend("key0"));
        await store.Entered.Task;
        var rest = Enumerable.Range(1, 200).Select(i => audit.AppendAsync(writer, audit.Vend($"key{i}"))).ToList();
        store.Gate.SetResult();
        await first;
        await Task.WhenAll(rest);
        Assert.Equal(2, store.Transactions);
        Assert.Equal((null, 201L), ((await audit.VerifyAsync()).Fault, await audit.SqlAsync("SELECT COUNT(*) FROM broker_audit")));
    }

    [Fact]
    public async Task A_failed_transaction_leaves_nothing_and_the_batch_may_come_again()
    {
        await using var audit = await AuditFixture.StartAsync();
        var writer = audit.NewWriter();
        await audit.AppendAsync(writer, audit.Vend("key1"));
        await audit.RefuseAsync("key3");
        Task Send() => writer.CommitAsync(tail => tail.Append("session", new(1, [], [audit.Vend("key2"), audit.Vend("key3")]), audit.Now));
        await Assert.ThrowsAnyAsync<Exception>(Send);
        Assert.Equal((null, 1), ((await audit.VerifyAsync()).Fault, (await audit.RowsAsync()).Count));

        await audit.AcceptAsync();
        await Send();
        await Send();
        Assert.Equal(["key1", "key2", "key3"], (await audit.RowsAsync()).Select(r => r.Entry.Caller));
        Assert.Null((await audit.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task Of_two_activations_that_write_at_once_one_is_told_to_try_again_and_no_row_is_lost_or_doubled()
    {
        await using var audit = await AuditFixture.StartAsync();
        var (one, two) = (audit.NewWriter(), audit.NewWriter());
        await audit.AppendAsync(one, audit.Vend("key1"));
        await audit.AppendAsync(two, audit.Vend("key2"));
        Assert.Equal(ErrorCode.Unavailable, (await Assert.ThrowsAsync<BrokerException>(() => audit.AppendAsync(one, audit.Vend("key3")))).Code);
        await audit.AppendAsync(one, audit.Vend("key3"));
        Assert.Equal(["key1", "key2", "key3"], (await audit.RowsAsync()).Select(r => r.Entry.Caller));
        Assert.Null((await audit.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task The_key_is_sealed_anew_when_another_master_key_is_active_and_the_old_one_may_go()
    {
        await using var audit = await AuditFixture.StartAsync();
        await audit.AppendAsync(audit.NewWriter(), audit.Vend());
        audit.MasterKeys = new([AuditFixture.Master("k1", 1), AuditFixture.Master("k2", 2)], "k2");
        await audit.AppendAsync(audit.NewWriter(), audit.Vend());
        audit.MasterKeys = new([AuditFixture.Master("k2", 2)], "k2");
        await audit.AppendAsync(audit.NewWriter(), audit.Vend());
        Assert.Equal((null, 3L), ((await audit.VerifyAsync()).Fault, (await audit.VerifyAsync()).Last));
    }

    [Theory]
    [InlineData("UPDATE broker_audit_writers SET sealed_key = (SELECT mac FROM broker_audit_heads)")]
    [InlineData("DELETE FROM broker_audit WHERE sequence = 3; UPDATE broker_audit_heads SET sequence = 2, mac = (SELECT mac FROM broker_audit WHERE sequence = 2)")]
    [InlineData("DELETE FROM broker_audit WHERE sequence = 3")]
    [InlineData("DELETE FROM broker_audit_heads")]
    public async Task A_chain_whose_end_was_changed_is_left_as_it_is_and_a_new_one_begins(string tampering)
    {
        await using var audit = await AuditFixture.StartAsync();
        await audit.AppendAsync(audit.NewWriter(), audit.Vend("key1"), audit.Vend("key2"), audit.Vend("key3"));
        await audit.SqlAsync(tampering);
        var old = (await audit.RowsAsync()).Count;
        for (var start = 0; start < 2; start++) await audit.AppendAsync(audit.NewWriter(), audit.Vend());
        Assert.Equal(old, (await audit.RowsAsync()).Count);
        Assert.Equal(["audit.gap", "credentials.get", "credentials.get"], (await audit.RowsAsync("test-silo.2")).Select(r => r.Entry.Action));
        Assert.Null((await audit.VerifyAsync("test-silo.2")).Fault);
    }

    /// <summary>The real store, whose first transaction waits for the test.</summary>
    sealed class GatedStore(IAuditStore inner) : IAuditStore
    {
        public TaskCompletionSource Entered { get; } = new();
        public TaskCompletionSource Gate { get; } = new();
        public int Transactions { get; private set; }

        public async Task AppendAsync(AuditCommit commit, CancellationToken cancellationToken)
        {
            Transactions++;
            Entered.TrySetResult();
            await Gate.Task;
            await inner.AppendAsync(commit, cancellationToken);
        }

        public Task<string[]> ListWritersAsync(CancellationToken cancellationToken) => inner.ListWritersAsync(cancellationToken);
        public Task<IAuditSnapshot> ReadAsync(string writer, CancellationToken cancellationToken) => inner.ReadAsync(writer, cancellationToken);
        public Task CreateAsync(string writer, byte[] sealedKey, AuditMark head, CancellationToken cancellationToken) => inner.CreateAsync(writer, sealedKey, head, cancellationToken);
        public Task ResealAsync(string writer, byte[] sealedKey, CancellationToken cancellationToken) => inner.ResealAsync(writer, sealedKey, cancellationToken);
        public Task RemoveThroughAsync(string writer, AuditMark checkpoint, CancellationToken cancellationToken) => inner.RemoveThroughAsync(writer, checkpoint, cancellationToken);
        public Task<AuditRow[]> QueryAsync(AuditFilter filter, AuditCursor? after, int most, CancellationToken cancellationToken) => inner.QueryAsync(filter, after, most, cancellationToken);
    }
}
