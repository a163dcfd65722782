using Broker.Grains.Tenants;
using Broker.Tests.Storage;
using CsCheck;

namespace Broker.Tests.Silo;

/// <summary>The table against a list of claims that is searched from end to end.</summary>
public sealed class SqlPrefixTableProperties
{
    static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Around the bytes of <c>/</c>, and beyond one byte.</summary>
    static readonly string[] Segments = ["a", "a.", "a-", "a0", "b", "\u007f", "中", "\uffee", "😀"];

    static readonly Gen<string> Prefix = Gen.Int[0, Segments.Length - 1].Array[0, 4].Select(path => string.Concat(path.Select(i => $"{Segments[i]}/")));

    /// <summary>Which of the other tenants' claims a claim strikes.</summary>
    enum Strikes { None, AsTheyWere, All }

    sealed record Step(string Tenant, string[] Prefixes, bool IsKeep, Strikes Strikes);

    static readonly Gen<Step> Steps =
        from tenant in Gen.Int[0, 3]
        from prefixes in Prefix.Array[0, 3]
        from kind in Gen.Int[0, 9]
        select new Step($"t{tenant}", [.. prefixes.Distinct()], kind < 2, kind < 7 ? Strikes.None : kind < 8 ? Strikes.AsTheyWere : Strikes.All);

    [Theory, EachDatabase]
    public async Task Whatever_is_claimed_and_kept_the_table_has_what_the_list_has(bool onPostgres)
    {
        await using var fixture = await PrefixFixture.StartAsync(onPostgres);
        await Steps.Array[1, 40].SampleAsync(async steps =>
        {
            var bucket = Guid.NewGuid().ToString();
            var claims = new HashSet<PrefixClaim>();
            foreach (var (i, step) in steps.Index())
            {
                if (step.IsKeep) await KeepAsync(fixture.Table, bucket, claims, step);
                else await ClaimAsync(fixture.Table, bucket, claims, step, Start.AddSeconds(i));
                Assert.Equal(claims, (await fixture.ReadAsync(bucket)).ToHashSet());
            }
        }, iter: 50, threads: 1);
    }

    static Task KeepAsync(IPrefixTable table, string bucket, HashSet<PrefixClaim> claims, Step step)
    {
        claims.RemoveWhere(c => c.Tenant == step.Tenant && !step.Prefixes.Contains(c.Prefix));
        return table.KeepAsync(bucket, step.Tenant, step.Prefixes, default);
    }

    static async Task ClaimAsync(IPrefixTable table, string bucket, HashSet<PrefixClaim> claims, Step step, DateTimeOffset at)
    {
        var overlapping = claims.Where(c => c.Tenant != step.Tenant && step.Prefixes.Any(p => KeyPrefix.Overlap(p, c.Prefix))).ToHashSet();
        PrefixClaim[] struck = step.Strikes == Strikes.All ? [.. overlapping] : [];
        var ended = step.Strikes == Strikes.AsTheyWere ? overlapping.Select(c => c with { At = c.At.AddSeconds(-1) }) : struck;
        var answer = await table.ClaimAsync(bucket, step.Tenant, step.Prefixes, at, ended, default);
        Assert.Equal(overlapping.Count > struck.Length, answer.Count > 0);
        Assert.Subset(overlapping, answer.ToHashSet());
        if (answer.Count > 0) return;
        claims.ExceptWith(struck);
        claims.RemoveWhere(c => c.Tenant == step.Tenant && step.Prefixes.Contains(c.Prefix));
        claims.UnionWith(step.Prefixes.Select(p => new PrefixClaim(step.Tenant, p, at)));
    }
}
