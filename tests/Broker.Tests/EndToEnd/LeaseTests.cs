using System.Collections.Concurrent;
using Broker.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Broker.Tests.EndToEnd;

/// <summary>What a role lets a process answer by itself, as that process sees it.</summary>
public sealed class LeaseTests
{
    static readonly Caller Administrator = new("test", null, [Scope.Admin]);

    sealed class Holder : ILeaseHolder
    {
        public ConcurrentQueue<(string Key, long Epoch)> Recalls { get; } = new();

        public Task Recall(string grainKey, long epoch)
        {
            Recalls.Enqueue((grainKey, epoch));
            return Task.CompletedTask;
        }
    }

    readonly Holder _holder = new();

    static IRoleGrain Role(TestBroker broker) => broker.Services.GetRequiredService<IGrainFactory>().Role(new("acme", "uploads"));

    Task<Leased<CredentialSnapshot>> LeaseAsync(TestBroker broker)
    {
        var reference = broker.Services.GetRequiredService<IGrainFactory>().CreateObjectReference<ILeaseHolder>(_holder);
        return Role(broker).LeaseCredentials(Administrator, TimeSpan.Zero, reference, 0, default);
    }

    static async Task<TestBroker> StartAsync(bool? onPostgres = null)
    {
        var broker = await TestBroker.StartAsync(onPostgres: onPostgres);
        await broker.PutTenantAsync("acme");
        await broker.PutRoleAsync("acme", "uploads");
        return broker;
    }

    public static TheoryData<string, string, string, object?> Ends => new()
    {
        { "suspend", "POST", "/v1/tenants/acme/suspend", null },
        { "disable", "PUT", "/v1/tenants/acme/roles/uploads", new { storage = "main", access = new[] { "read" }, disabled = true } },
        { "narrow", "PUT", "/v1/tenants/acme/roles/uploads", new { storage = "main", access = new[] { "read" } } },
        { "revoke", "POST", "/v1/tenants/acme/roles/uploads/revoke", null },
        { "delete", "DELETE", "/v1/tenants/acme/roles/uploads", null },
        { "delete its tenant", "DELETE", "/v1/tenants/acme", null },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Whatever_ends_what_was_vended_calls_it_back_before_it_answers(string _, string method, string path, object? body)
    {
        await using var broker = await StartAsync();
        var lease = await LeaseAsync(broker);
        (await broker.SendAsync(method, path, body)).DemandSuccess();
        Assert.Contains(_holder.Recalls, recall => recall.Key == "r/acme/uploads" && recall.Epoch > lease.Epoch);
    }

    [Fact]
    public async Task A_change_that_ends_nothing_leaves_copies_where_they_are()
    {
        await using var broker = await StartAsync();
        await LeaseAsync(broker);
        await broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = new[] { "read", "write", "list" }, limits = new { requestsPerSecond = 5 } });
        Assert.Empty(_holder.Recalls);
    }

    [PostgresFact]
    public async Task What_is_answered_while_a_change_is_being_written_is_of_before_it()
    {
        await using var broker = await StartAsync(onPostgres: true);
        var before = (await LeaseAsync(broker)).Value.AccessKeyId;
        await using var connection = new NpgsqlConnection(broker.Postgres!.AsOwner);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT 1 FROM OrleansStorage WHERE GrainTypeString = 'role-settings-v1' FOR UPDATE", connection, transaction)) await hold.ExecuteNonQueryAsync();
        var put = broker.PutRoleAsync("acme", "uploads", new { storage = "main", access = new[] { "read" } });
        while (await WritersWaitingAsync(broker) == 0) await Task.Yield();
        var meanwhile = await LeaseAsync(broker);
        Assert.Equal(before, meanwhile.Value.AccessKeyId);
        await transaction.CommitAsync();
        await put;
        // Were it of the same epoch, a process would take it for an answer of after the change.
        Assert.All(_holder.Recalls, recall => Assert.True(recall.Epoch > meanwhile.Epoch));
        Assert.NotEmpty(_holder.Recalls);
    }

    static async Task<long> WritersWaitingAsync(TestBroker broker) =>
        (long)(await broker.Postgres!.SqlAsync("SELECT count(*) FROM pg_locks WHERE NOT granted"))!;
}
