using Broker.Grains.Storage;
using Broker.Grains.Tenants;
using Broker.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Broker.Tests.EndToEnd;

/// <summary>A bucket's claims in their table: what an older version has left, what has ended, what the database does not take.</summary>
public sealed class BucketTests
{
    static readonly DateTimeOffset LongAgo = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static Task<Answer> PutAsync(TestBroker broker, string tenant, string keyPrefix) =>
        broker.SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}", new { storage = new[] { TestBroker.Storage(tenant, keyPrefix) } });

    [Fact]
    public async Task Claims_that_an_older_version_has_stored_are_moved_and_protect_their_tenants()
    {
        string data;
        await using (var before = await TestBroker.StartAsync())
        {
            data = before.Data;
            await before.PutTenantAsync("acme");
            await before.SqlAsync("DELETE FROM broker_prefixes");
        }
        await using var broker = await TestBroker.StartAsync(data);
        var (storage, bucket) = (broker.Services.GetRequiredKeyedService<IGrainStorage>(GuardedGrainStorage.Name), broker.Services.GetRequiredService<IGrainFactory>().Bucket(TestBroker.Bucket).GetGrainId());
        var row = new GrainState<BucketState>(new());
        await storage.ReadStateAsync(BucketState.Name, bucket, row);
        row.State = new() { Claims = [new("acme", "tenants/acme/", LongAgo), new("gone", "tenants/gone/", LongAgo)] };
        await storage.WriteStateAsync(BucketState.Name, bucket, row);

        Assert.Equal(409, (await PutAsync(broker, "third", "tenants/acme/below/")).Status);
        Assert.Equal("acme tenants/acme/ 2026-01-01T00:00:00.000Z", await broker.SqlAsync("SELECT tenant || ' ' || prefix || ' ' || claimed_at FROM broker_prefixes ORDER BY tenant LIMIT 1"));
        Assert.Equal(201, (await PutAsync(broker, "third", "tenants/gone/")).Status);
        await storage.ReadStateAsync(BucketState.Name, bucket, row);
        Assert.True(row.State.IsMoved);
        // What an older silo makes of the row.
        Assert.All(row.State.Claims, claim => Assert.True(claim.At > DateTimeOffset.MaxValue.AddDays(-1) && KeyPrefix.Overlap("any/", claim.Prefix)));
    }

    [Fact]
    public async Task Claims_without_a_tenant_give_way_however_many_they_are()
    {
        await using var broker = await TestBroker.StartAsync();
        var table = broker.Services.GetRequiredService<IPrefixTable>();
        await table.EnterAsync(TestBroker.Bucket, Enumerable.Range(0, 250).Select(i => new PrefixClaim($"gone-{i}", $"gone/{i}/", LongAgo)), default);
        Assert.Equal(201, (await PutAsync(broker, "acme", "")).Status);
        Assert.Equal("acme", await broker.SqlAsync("SELECT MIN(tenant) FROM broker_prefixes"));
        Assert.Equal(1L, await broker.SqlAsync("SELECT COUNT(*) FROM broker_prefixes"));
    }

    [Fact]
    public async Task A_refused_claim_strikes_nothing_and_leaves_nothing()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.PutTenantAsync("acme");
        await broker.Services.GetRequiredService<IPrefixTable>().EnterAsync(TestBroker.Bucket, [new("gone", "a/", LongAgo)], default);
        Assert.Equal(409, (await PutAsync(broker, "third", "")).Status);
        Assert.Equal("acme gone", await broker.SqlAsync("SELECT MIN(tenant) || ' ' || MAX(tenant) FROM broker_prefixes"));
    }

    /// <summary>Two silos of two clusters, so that the bucket's grain is active twice; by the real clock, by which no claim gets old before its tenant is written.</summary>
    [PostgresFact]
    public async Task Of_tenants_that_want_overlapping_prefixes_of_two_silos_at_once_one_gets_its_own()
    {
        await using var first = await TestBroker.StartAsync(onPostgres: true);
        await first.PutTenantAsync("acme");
        await using var second = await TestBroker.StartAsync(onPostgres: false, settings: new()
        {
            ["Postgres:ConnectionString"] = first.Postgres!.AsSilo, ["ClusterId"] = "another", ["Audit:Writer"] = "another",
        });
        for (var round = 0; round < 5; round++)
        {
            string[] prefixes = [$"contested/{round}/", $"contested/{round}/below/", $"contested/{round}/below/it/"];
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => PutAsync(i % 2 == 0 ? first : second, $"racer-{round}-{i}", prefixes[i / 2])));
            Assert.Equal([201, 409, 409, 409, 409, 409], answers.Select(a => a.Status).Order());
            Assert.Equal(1L, await first.SqlAsync($"SELECT COUNT(*) FROM broker_prefixes WHERE prefix LIKE 'contested/{round}/%'"));
        }
    }

    [Fact]
    public async Task Without_the_table_no_prefix_is_given_and_none_is_lost()
    {
        await using var broker = await TestBroker.StartAsync();
        await DemandUnavailableAsync();
        await broker.PutTenantAsync("acme");
        await DemandUnavailableAsync();
        Assert.Equal(409, (await PutAsync(broker, "third", "tenants/acme/")).Status);

        async Task DemandUnavailableAsync()
        {
            await broker.SqlAsync("ALTER TABLE broker_prefixes RENAME TO away");
            var refusal = await PutAsync(broker, "third", "tenants/third/");
            Assert.True(refusal is { Status: 503, Code: ErrorCode.StorageUnavailable }, refusal.Text);
            await broker.SqlAsync("ALTER TABLE away RENAME TO broker_prefixes");
            Assert.Equal(404, (await broker.GetAsync("/v1/tenants/third")).Status);
        }
    }
}
