using System.Data.Common;
using Broker.Grains.Tenants;
using Broker.Silo.Storage;
using Broker.Tests.Storage;

namespace Broker.Tests.Silo;

/// <summary>Whose each prefix of a bucket is, with many claims and many who claim at once.</summary>
public sealed class SqlPrefixTableTests
{
    const int Many = 20_000;

    static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Theory, EachDatabase]
    public async Task Of_tenants_that_claim_overlapping_prefixes_at_once_in_two_processes_one_has_its_own(bool onPostgres)
    {
        await using var fixture = await PrefixFixture.StartAsync(onPostgres);
        string[] prefixes = ["a/", "", "a/b/", "a/", "a/b/c/", "a/b/"];
        for (var round = 0; round < 20; round++)
        {
            // The first claims of a bucket, and later ones.
            var bucket = $"bucket-{round / 2}";
            var answers = await Task.WhenAll(prefixes.Select((prefix, i) => Task.Run(() => fixture.Tables[i % 2].ClaimAsync(bucket, $"t{i}", [$"own-{i}/", prefix], Now, [], default))));
            var winner = Assert.Single(answers.Index(), a => a.Item.Count == 0).Index;
            PrefixClaim[] expected = [new($"t{winner}", $"own-{winner}/", Now), new($"t{winner}", prefixes[winner], Now)];
            // Who has claimed all overlaps in both.
            Assert.All(answers.Where(a => a.Count > 0), a => Assert.Subset(expected.ToHashSet(), a.ToHashSet()));
            Assert.Equal(expected.ToHashSet(), (await fixture.ReadAsync(bucket)).ToHashSet());
            await fixture.Table.KeepAsync(bucket, $"t{winner}", [], default);
        }
    }

    [Theory, EachDatabase]
    public async Task A_claim_that_was_made_anew_is_not_struck_for_what_it_was(bool onPostgres)
    {
        await using var fixture = await PrefixFixture.StartAsync(onPostgres);
        await fixture.Table.ClaimAsync("b", "first", ["a/"], Now, [], default);
        var seen = Assert.Single(await fixture.Table.ClaimAsync("b", "second", ["a/"], Now, [], default));
        await fixture.Table.ClaimAsync("b", "first", ["a/"], Now.AddMinutes(1), [], default);
        Assert.Equal([seen with { At = Now.AddMinutes(1) }], await fixture.Table.ClaimAsync("b", "second", ["a/"], Now, [seen], default));
        Assert.Empty(await fixture.Table.ClaimAsync("b", "second", ["a/"], Now, [seen with { At = Now.AddMinutes(1) }], default));
        Assert.Equal([new("second", "a/", Now)], await fixture.ReadAsync("b"));
    }

    [Theory, EachDatabase]
    public async Task Claims_that_are_entered_leave_those_that_are_there_as_they_are(bool onPostgres)
    {
        await using var fixture = await PrefixFixture.StartAsync(onPostgres);
        await fixture.Table.ClaimAsync("b", "acme", ["a/"], Now, [], default);
        PrefixClaim[] older = [new("acme", "a/", Now.AddDays(-1)), new("globex", "b/", Now.AddDays(-1))];
        for (var again = 0; again < 2; again++) await fixture.Table.EnterAsync("b", older, default);
        Assert.Equal([new("acme", "a/", Now), older[1]], (await fixture.ReadAsync("b")).OrderBy(c => c.Tenant));
    }

    [Theory, EachDatabase]
    public async Task Among_many_claims_those_that_overlap_are_found_by_an_index(bool onPostgres)
    {
        await using var fixture = await PrefixFixture.StartAsync(onPostgres);
        await fixture.Table.EnterAsync("b", Enumerable.Range(0, Many).Select(i => new PrefixClaim($"t{i}", $"tenants/{i}/", Now)), default);
        Assert.Empty(await fixture.Table.ClaimAsync("b", "new", ["tenants/new/"], Now, [], default));
        Assert.Equal([new("t7", "tenants/7/", Now)], await fixture.Table.ClaimAsync("b", "new", ["tenants/7/below/"], Now, [], default));
        Assert.InRange((await fixture.Table.ClaimAsync("b", "new", ["tenants/"], Now, [], default)).Count, 1, Many / 10);
        Assert.InRange((await fixture.Table.ClaimAsync("b", "new", [""], Now, [], default)).Count, 1, Many / 10);

        await using var connection = await fixture.Database.OpenConnectionAsync();
        // Many prefixes above must not make a look at every claim of the bucket seem cheaper. PostgreSQL, which counts, rightly prefers
        // one of 20,000 to 512 steps through the key.
        foreach (var prefix in (string[])["", "tenants/new/", string.Concat(Enumerable.Repeat("a/", onPostgres ? 20 : KeyPrefix.MaxKeyBytes / 2))])
        {
            await using var query = SqlPrefixTable.Overlapping(connection, "b", "new", prefix);
            await DemandAsync(query, onPostgres ? ["Index Scan using broker_prefixes_pkey", "(prefix "] : ["PRIMARY KEY (bucket=? AND prefix=?)", $"PRIMARY KEY (bucket=? AND prefix>?{(prefix is "" ? "" : " AND prefix<?")})"]);
        }
        await using var leaving = SqlPrefixTable.Leaving(connection, "b", "t7", ["tenants/7/"]);
        await DemandAsync(leaving, onPostgres ? ["Index Scan using ix_broker_prefixes_tenant"] : ["ix_broker_prefixes_tenant (tenant=? AND bucket>? AND bucket<?)"]);

        async Task DemandAsync(DbCommand command, string[] steps)
        {
            var plan = await fixture.PlanAsync(command);
            Assert.All(steps, step => Assert.Contains(step, plan, StringComparison.Ordinal));
            Assert.DoesNotContain(onPostgres ? "Seq Scan" : "SCAN broker_prefixes", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIMARY KEY (bucket=?)", plan, StringComparison.Ordinal);
        }
    }
}
